import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server for tests: says what it is told to, keeps what it was sent.
final class PostOffice: Sendable {
  /// How it answers.
  struct Manners: Sendable {
    var greeting = "220 test"
    /// By the command's first word; what is not here gets 250.
    var replies: [String: String] = [:]
    var extensions = ["AUTH PLAIN LOGIN", "SIZE 1000000"]
    /// `\0user\0password` in base 64; any when it is `nil`.
    var secret: String?
    /// After a letter's end.
    var afterLetter = "250 taken"
    /// Commands on which it leaves, or says nothing.
    var leavesOn = ""
    var silentOn = ""
    /// How long it waits before each answer.
    var pause = TimeAmount.zero
    var offersTLS = false
    /// Said right behind the answer to STARTTLS, still in the clear.
    var injected = ""
  }

  let port: Int
  private let channel: any Channel
  private let kept: Kept

  final class Kept: Sendable {
    let commands = Mutex<[String]>([])
    let letters = Mutex<[String]>([])
  }

  var commands: [String] { kept.commands.withLock { $0 } }
  var letters: [String] { kept.letters.withLock { $0 } }

  static func open(_ manners: Manners) async throws -> PostOffice {
    let kept = Kept()
    let tls = try manners.offersTLS ? TestCertificate.context() : nil
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try child.pipeline.syncOperations.addHandler(Clerk(manners, kept, tls))
        }
      }.bind(host: "127.0.0.1", port: 0).get()
    return PostOffice(channel, kept)
  }

  private init(_ channel: any Channel, _ kept: Kept) {
    self.channel = channel
    self.kept = kept
    port = channel.localAddress?.port ?? 0
  }

  func close() async { try? await channel.close().get() }
}

/// One connection.
private final class Clerk: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let manners: PostOffice.Manners
  private let kept: PostOffice.Kept
  private let tls: NIOSSLContext?
  private var bytes: [UInt8] = []
  private var letter: [String]?
  private var isSafe = false

  init(_ manners: PostOffice.Manners, _ kept: PostOffice.Kept, _ tls: NIOSSLContext?) {
    (self.manners, self.kept, self.tls) = (manners, kept, tls)
  }

  func channelActive(context: ChannelHandlerContext) { say(manners.greeting, context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    while let end = bytes.firstIndex(of: 10) {
      let line = String(decoding: bytes[..<end].filter { $0 != 13 }, as: UTF8.self)
      bytes.removeFirst(end + 1)
      take(line, context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func take(_ line: String, _ context: ChannelHandlerContext) {
    if var lines = letter {
      if line == "." {
        letter = nil
        if manners.leavesOn == "." { return context.close(promise: nil) }
        kept.letters.withLock { $0.append(lines.joined(separator: "\n")) }
        if manners.silentOn != "." { say(manners.afterLetter, context) }
        return
      }
      lines.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
      letter = lines
      return
    }
    kept.commands.withLock { $0.append(line) }
    let verb = line.split(separator: " ").first.map { $0.uppercased() } ?? ""
    if verb == manners.leavesOn { return context.close(promise: nil) }
    if verb == manners.silentOn { return }
    if let reply = manners.replies[verb] { return say(reply, context) }
    switch verb {
    case "EHLO":
      let words = manners.extensions + (tls != nil && !isSafe ? ["STARTTLS"] : [])
      say(
        (["test"] + words).enumerated().map { $0 == words.count ? "250 \($1)" : "250-\($1)" }
          .joined(separator: "\r\n"), context)
    case "AUTH":
      let right = manners.secret.map { line == "AUTH PLAIN " + $0 } ?? true
      say(right ? "235 welcome" : "535 no", context)
    case "DATA":
      letter = []
      say("354 go on", context)
    case "STARTTLS":
      say("220 go" + (manners.injected.isEmpty ? "" : "\r\n" + manners.injected), context)
      guard let tls else { return }
      isSafe = true
      try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
    case "QUIT": say("221 bye", context)
    default: say("250 fine", context)
    }
  }

  private func say(_ line: String, _ context: ChannelHandlerContext) {
    let buffer = ByteBuffer(string: line + "\r\n")
    guard manners.pause > .zero else { return context.writeAndFlush(wrapOutboundOut(buffer), promise: nil) }
    let (channel, loop) = (context.channel, context.eventLoop)
    loop.scheduleTask(in: manners.pause) { channel.writeAndFlush(buffer, promise: nil) }
  }
}
