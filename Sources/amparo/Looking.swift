import Basics
import Logging

/// Works again and again until it is cancelled. What can't be done now is done at the next look; the log says which work
/// it was, and nothing of what it was about.
func lookAgain(
  every pause: Span, _ logger: Logger, orSay trouble: Logger.Message, _ work: () async throws -> Void
) async {
  while !Task.isCancelled {
    do { try await work() } catch is CancellationError { return } catch { logger.error(trouble) }
    try? await Task.sleep(for: .milliseconds(pause.milliseconds))
  }
}
