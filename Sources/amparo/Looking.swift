import Basics
import Logging

/// Works again and again until it is cancelled. What can't be done now is done at the next look; the log says which work
/// it was, and nothing of what it was about.
///
/// It works where it is called, so that an actor may look after its own state.
nonisolated(nonsending) func lookAgain(
  every pause: Span, _ logger: Logger, orSay trouble: Logger.Message,
  _ work: nonisolated(nonsending) () async throws -> Void
) async {
  while !Task.isCancelled {
    do { try await work() } catch is CancellationError { return } catch { logger.error(trouble) }
    try? await Task.sleep(for: .milliseconds(pause.milliseconds))
  }
}
