"""The commands: every module here is one, called like the module, and fulfils `parser.Command`."""
