import Basics
import Dispatch

/// Runs long calculations on a thread of their own, so that pages go on being answered however long they take.
///
/// The tasks that a calculation starts run there too, one after the other: a machine with two cores keeps one for people.
final class LongWork: TaskExecutor {
  /// Of the whole site.
  static let shared = LongWork()

  private let queue = DispatchQueue(label: "amparo.long-work", qos: .utility)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Does the work and waits for it without holding a thread.
  ///
  /// - Parameter seconds: after so many the work is cancelled.
  ///
  /// Throws what the work throws, `CancellationError` when it took too long or the caller was cancelled.
  func run<Result: Sendable>(
    upTo seconds: Int, _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task.detached(executorPreference: self) {
      try Task.checkCancellation()
      return try await work()
    }
    let watch = Task {
      try await Task.sleep(for: .seconds(seconds))
      task.cancel()
    }
    defer { watch.cancel() }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
