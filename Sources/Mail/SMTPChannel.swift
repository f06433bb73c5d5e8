import Basics
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// One connection to a mail server: a command goes out, a reply comes back, one at a time.
struct SMTPChannel: Sendable {
  private let channel: any Channel
  private let reason: Reason

  /// Why it ended, also after its handlers are gone.
  fileprivate final class Reason: Sendable {
    private let failure = Mutex<LetterFailure?>(nil)
    var first: LetterFailure? { failure.withLock { $0 } }
    /// The first one counts.
    func note(_ reason: LetterFailure) { failure.withLock { $0 = $0 ?? reason } }
  }

  /// Throws a `LetterFailure`: `.unreachable` or `.insecure`.
  static func open(_ server: MailServer, _ tls: NIOSSLContext?) async throws(LetterFailure) -> SMTPChannel {
    let isSafeAtOnce = server.security == .tls
    let reason = Reason()
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(server.patience.connect)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if isSafeAtOnce {
            try channel.pipeline.syncOperations.addHandler(try safe(tls, server))
          }
          try channel.pipeline.syncOperations.addHandler(SMTPHandler(reason))
        }
      }
    do {
      let channel = try await bootstrap.connect(host: server.host, port: server.port).get()
      return SMTPChannel(channel: channel, reason: reason)
    } catch { throw reason.first == .insecure ? .insecure : .unreachable }
  }

  /// Sends a command and waits for its reply.
  ///
  /// - Parameter command: `nil` to wait for the greeting.
  ///
  /// Throws a `LetterFailure`; `.unintelligible` also for a command that is none (a line end in it, too long).
  func reply(to command: String?, within patience: TimeAmount) async throws(LetterFailure) -> SMTPReply {
    guard let command else { return try await reply(toBytes: nil, within: patience) }
    guard command.utf8.count <= 1000, command.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) else { throw .unintelligible }
    return try await reply(toBytes: Array((command + "\r\n").utf8), within: patience)
  }

  func reply(toBytes bytes: [UInt8]?, within patience: TimeAmount) async throws(LetterFailure) -> SMTPReply {
    let (channel, reason) = (channel, reason)
    do {
      return try await channel.eventLoop.flatSubmit {
        do {
          return try channel.pipeline.syncOperations.handler(type: SMTPHandler.self).ask(bytes, channel, patience)
        } catch { return channel.eventLoop.makeFailedFuture(reason.first ?? .disconnected) }
      }.get()
    } catch let failure as LetterFailure { throw failure } catch { throw .disconnected }
  }

  /// Goes on under TLS. What the server said before counts for nothing from here on.
  func becomeSafe(_ tls: NIOSSLContext?, _ server: MailServer) async throws(LetterFailure) {
    let channel = channel
    do {
      try await channel.eventLoop.submit {
        try channel.pipeline.syncOperations.addHandler(try Self.safe(tls, server), position: .first)
      }.get()
    } catch { throw .insecure }
  }

  func close() async { try? await channel.close().get() }

  /// Ends it after a while, whatever goes on: for a program that stops.
  func close(in time: TimeAmount) {
    let channel = channel
    _ = channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }

  private static func safe(_ tls: NIOSSLContext?, _ server: MailServer) throws -> NIOSSLClientHandler {
    guard let tls else { throw LetterFailure.insecure }
    // An address of a machine is no name that a certificate could be asked for by SNI; it is checked as an address.
    let isAddress = (try? SocketAddress(ipAddress: server.host, port: server.port)) != nil
    return try NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : server.host)
  }
}

/// Keeps the one reply that is waited for. All of it runs on the connection's own event loop.
private final class SMTPHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var parser = SMTPReplyParser()
  private var waiting: EventLoopPromise<SMTPReply>?
  private var alarm: Scheduled<Void>?
  private let reason: SMTPChannel.Reason
  /// The greeting, when it came before anybody waited for it.
  private var greeting: SMTPReply?
  private var hasBegun = false

  init(_ reason: SMTPChannel.Reason) { self.reason = reason }

  func ask(_ bytes: [UInt8]?, _ channel: any Channel, _ patience: TimeAmount) -> EventLoopFuture<SMTPReply> {
    let promise = channel.eventLoop.makePromise(of: SMTPReply.self)
    if let failure = reason.first {
      promise.fail(failure)
      return promise.futureResult
    }
    hasBegun = true
    if let greeting, bytes == nil {
      self.greeting = nil
      promise.succeed(greeting)
      return promise.futureResult
    }
    waiting = promise
    let handler = NIOLoopBound(self, eventLoop: channel.eventLoop)
    alarm = channel.eventLoop.scheduleTask(in: patience) { handler.value.fail(.timedOut, channel) }
    if let bytes { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
    return promise.futureResult
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    do {
      for reply in try parser.take(unwrapInboundIn(data).readableBytesView) {
        // A reply that nobody asked for: what came before TLS must not be taken for what comes after it.
        if waiting == nil, !hasBegun, greeting == nil {
          greeting = reply
          continue
        }
        guard let promise = waiting else {
          return fail(reply.code == 421 ? .disconnected : .unintelligible, context.channel)
        }
        settle()
        promise.succeed(reply)
      }
      if waiting == nil, hasBegun || greeting != nil, parser.isInTheMiddle { fail(.unintelligible, context.channel) }
    } catch { fail(error, context.channel) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(.disconnected, context.channel)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case NIOSSLError.uncleanShutdown: fail(.disconnected, context.channel)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: fail(.insecure, context.channel)
    default: fail(.disconnected, context.channel)
    }
  }

  private func settle() {
    alarm?.cancel()
    (alarm, waiting) = (nil, nil)
  }

  private func fail(_ failure: LetterFailure, _ channel: any Channel) {
    let promise = waiting
    settle()
    reason.note(failure)
    promise?.fail(reason.first ?? failure)
    channel.close(promise: nil)
  }
}
