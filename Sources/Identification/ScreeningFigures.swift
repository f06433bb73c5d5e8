import Basics
import Records

/// Where the figures' rooms read how many interviews there were: coded columns of all agencies, no key, no content.
public enum ScreeningFigures {
  /// Interviews begun from one moment to just before another, by the newest decision on each; without one under `nil`.
  public static func begun(from: Moment, until: Moment, _ transaction: any ReadTransaction) throws
    -> [Decision.Kind?: Int]
  {
    try ScreeningFigureRecords.begun(from: from, until: until, transaction)
  }
}
