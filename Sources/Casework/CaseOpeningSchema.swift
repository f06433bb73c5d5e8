import Records

/// So that a quarter's cases are counted without looking at all others.
enum CaseOpeningSchema {
  static let migrations = [
    Migration("casework-openings", ["CREATE INDEX cases_opened_at ON cases (opened_at, status)"])
  ]
}
