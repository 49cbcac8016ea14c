"""Whether a call emits what it is given, as far as the names in it tell."""

from __future__ import annotations

import re

from ssot_lint.index import Module
from ssot_lint.model.facts import Call, Join, Text
from ssot_lint.rules.naming import plain

_VERBS = frozenset({
    "notify", "emit", "send", "publish", "fire", "dispatch", "broadcast", "trigger", "announce",
    "asend", "aemit", "apublish", "adispatch", "anotify",
})
_WEAK_VERBS = frozenset({"push", "raise", "signal"})
"""These emit where they name an event: `push_event`."""

_CARRYING = _WEAK_VERBS | {"post", "put", "write", "enqueue", "deliver", "produce", "event", "message", "call"}
"""These emit where the receiver is there for it: `self.bus.post`."""

_PREFIXES = frozenset({"a", "async", "await", "do", "force", "internal", "maybe", "safe", "safely", "sync", "try"})
_MEDIA = frozenset({
    "bus", "channel", "dispatcher", "event", "events", "message", "queue", "redis", "signal", "socket", "websocket",
    "ws",
})
_EVENTS = frozenset({"event", "events", "message", "notification", "progress", "signal", "status", "update"})
_EMITTERS = frozenset({"emitter", "notifier", "publisher", "dispatcher", "broadcaster", "announcer"})
_CARRIERS = _EMITTERS | {"bus", "eventbus", "queue", "outbox"}
_KEEPERS = frozenset({"job", "task", "work"})
"""A queue of these carries no events."""

_NO_EMISSION = re.compile(
    r"(?:^|_)(?:assert\w*|count|index|remove|discard|startswith|endswith|find|split|join|replace|format|strip|lower|"
    r"upper|encode|isinstance|hasattr|len|str|repr|print|log|logger|debug|info|warn|warning|error|exception|critical|"
    r"patch|getlogger|compile|match|search|filter|sorted|enumerate|zip|range|set|frozenset|cast|typevar)$"
)
"""The last words of the names of functions that take the name of an event for another reason than to emit it."""

_FRAMES = frozenset({"base", "custom", "envelope", "generic", "packet", "payload", "server", "stream", "web"})
_SHORT = 2
_ENVELOPES = frozenset({
    "dumps", "dict", "str", "bytes", "encode", "packb", "asdict", "to_dict", "to_json", "json", "serialize",
    "model_dump", "model_dump_json",
})


def told_by(name: str) -> str:
    """What a function is called after a verb that emits: `agent_started` of `notify_agent_started`."""
    verb, _, rest = plain(name).partition("_")
    return rest if verb in _VERBS | _WEAK_VERBS else ""


def names_of_methods(event: str) -> list[str]:
    """What methods may be called that emit an event: `notify_agent_started` ..."""
    return [f"{verb}_{event}" for verb in sorted(_VERBS | _WEAK_VERBS)]


def never_emits(name: str) -> bool:
    """Whether it is known of a function that it takes the name of an event for another reason than to emit it."""
    return _NO_EMISSION.search(plain(name)) is not None


def emits(module: Module, call: Call) -> bool:
    """Whether a call emits what it is given: by its verb, or by the receiver, which is there for it."""
    name = module.last_name(call.function)
    if name[:1].isupper():
        return False  # a class
    words = _without_prefixes(plain(name).split("_"))
    if _is_led_by_verb(words) or (len(words) == 1 and words[0] in _EMITTERS):
        return True
    receiver = getattr(module.expression(call.function), "value", None)
    return words[0] in _CARRYING and isinstance(receiver, int) and is_carrier(module.last_name(receiver))


def is_emitting_function(name: str) -> bool:
    """Whether a function is called like one that emits whatever it is given: `emit`, `_notify`, `send_event`."""
    verb, *rest = _without_prefixes(plain(name).split("_"))
    return verb in _VERBS and _EVENTS.issuperset(rest)


def pattern_of(module: Module, join: Join) -> str:
    """A regular expression for the texts that are put together from parts."""
    parts = [module.expression(part) for part in join.parts]
    return "".join(re.escape(part.value) if isinstance(part, Text) else ".*" for part in parts)


def has_telling_text(module: Module, join: Join) -> bool:
    """Whether some of the parts that a text is put together from tells which texts it can be."""
    parts = [module.expression(part) for part in join.parts]
    return any(isinstance(part, Text) and len(plain(part.value).replace("_", "")) > _SHORT for part in parts)


def is_envelope(module: Module, call: Call) -> bool:
    """Whether a call only wraps up what it is given: `Event("agent_started")`, `json.dumps(...)`, `make_event(...)`."""
    name = module.last_name(call.function)
    return name[:1].isupper() or name in _ENVELOPES or "event" in plain(name).split("_")


def is_event_of_any_kind(class_name: str) -> bool:
    """Whether a class is called after events at large, so that what it is given says which one it is: `BusMessage`."""
    *first, last = plain(class_name).split("_")
    return last in _EVENTS | _FRAMES and (_MEDIA | _FRAMES).issuperset(first)


def _without_prefixes(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    return words


def _is_led_by_verb(words: list[str]) -> bool:
    if words[0] in _VERBS or (words[0] in _WEAK_VERBS and words[1:2] and words[1] in _EVENTS):
        return True
    return words[-1] in _VERBS and _MEDIA.issuperset(words[:-1])


def is_carrier(name: str) -> bool:
    """Whether something is called like what events go through: `self.emitter`, `event_bus`, `queue`."""
    words = plain(name).split("_")
    return words[-1] in _CARRIERS and _KEEPERS.isdisjoint(words)
