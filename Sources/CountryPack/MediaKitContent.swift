import Basics
import Foundation

/// What the media kit says about reporting without harm.
public struct MediaKitContent: Hashable, Sendable {
  /// One piece of advice and why.
  public struct Advice: Hashable, Sendable {
    public var text: LocalizedText
    public var why: LocalizedText
    public var source: LocalizedText
    public var certainty: Certainty
  }

  /// Words to use instead of others.
  public struct Wording: Hashable, Sendable {
    public var avoid: LocalizedText
    public var use: LocalizedText
    public var why: LocalizedText
    public var source: LocalizedText
    public var certainty: Certainty
  }

  public var advice: [Advice] = []
  public var wording: [Wording] = []
}

extension PackLoader {
  /// Reads `media-kit.yaml`; a pack may lack it, and then its media kit has figures and materials only.
  func mediaKit() -> MediaKitContent {
    let file = "media-kit.yaml"
    guard FileManager.default.fileExists(atPath: folder.appending(path: file).path), let head = yaml(file) else {
      return MediaKitContent()
    }
    head.allow("advice", "wording")
    return MediaKitContent(
      advice: (head.child("advice")?.items ?? []).map { item in
        item.allow("text", "why", "source", "certainty")
        return MediaKitContent.Advice(
          text: item.localized("text", languages), why: item.localized("why", languages),
          source: item.localized("source", languages), certainty: item.value("certainty", or: .unverified))
      },
      wording: (head.child("wording")?.items ?? []).map { item in
        item.allow("avoid", "use", "why", "source", "certainty")
        return MediaKitContent.Wording(
          avoid: item.localized("avoid", languages), use: item.localized("use", languages),
          why: item.localized("why", languages),
          source: item.localized("source", languages), certainty: item.value("certainty", or: .unverified))
      })
  }
}
