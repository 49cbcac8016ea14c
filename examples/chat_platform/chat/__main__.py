"""`python -m chat`."""

from chat.app import main

raise SystemExit(main())
