"""Transcripts of finished conversations."""

from __future__ import annotations

from chat.context import UserContext


class TranscriptArchive:
    """Keeps what was said. Its create_from_legacy reads the export format of 1.x and has nothing to do with engines."""

    def __init__(self, lines: list[str] | None = None) -> None:
        self.lines = lines or []

    @classmethod
    def create_from_legacy(cls, export: str) -> TranscriptArchive:
        """Read a 1.x export: one message per line, the user's name first."""
        return cls([line.partition("|")[2].strip() for line in export.splitlines()])


def open_archive(lines):
    """An archive that holds `lines`."""
    return TranscriptArchive(list(lines))


def import_exports(exports: list[str]) -> TranscriptArchive:
    """All messages of several 1.x exports."""
    merged = open_archive([])
    for export in exports:
        merged.lines += TranscriptArchive.create_from_legacy(export).lines
    return merged


def same_format(archive: TranscriptArchive, export: str) -> bool:
    """Whether an archive holds exactly what an export says."""
    return open_archive([]).create_from_legacy(export).lines == archive.lines


async def ask_again(archive: TranscriptArchive, registry, bridge, context: UserContext) -> list[str]:
    """What the agents would answer today."""
    # The import was a cycle when the engine lived in chat.services.
    from chat.agents.execution_engine_consolidated import UserExecutionEngine

    engine = UserExecutionEngine(registry, bridge, context)
    return [(await engine.execute_agent(registry.route(line), line)).text for line in archive.lines]


async def ask_once(line: str, registry, bridge, context: UserContext) -> str:
    """What the agents would answer to one line."""
    engine = await create_request_scoped_engine(context, bridge, registry)
    return (await engine.execute_agent(registry.route(line), line)).text
