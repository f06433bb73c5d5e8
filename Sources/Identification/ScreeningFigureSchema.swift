import Records

extension ScreeningSchema {
  /// So that a quarter's interviews are counted without looking at all others.
  static let figures = Migration(
    "identification-figures", ["CREATE INDEX screenings_begun ON screenings (begun_at, decision)"])
}
