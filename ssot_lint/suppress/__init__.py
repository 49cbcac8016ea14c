"""What holds a violation back: `noqa` comments and the configuration's `per-path`."""
