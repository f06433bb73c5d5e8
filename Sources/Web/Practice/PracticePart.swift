import Practice

/// What a site has to do with practice.
public enum PracticePart: Sendable {
  case none
  /// The live site, where one leads out of it.
  case leadsTo(PracticeDoor)
  /// The practice site itself: the same screens on a store of its own.
  case isPractice(PracticeDesk, live: String)
}
