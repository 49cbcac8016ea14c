"""The formats: every module here is one, called like the module, and fulfils `protocol.Reporter`."""
