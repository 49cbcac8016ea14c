"""Runs the demo conversation: `python main.py`, the same as `python -m chat`."""

from chat.app import main

if __name__ == "__main__":
    raise SystemExit(main())
