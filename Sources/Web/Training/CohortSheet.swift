import Basics
import CountryPack
import Training

extension CohortPages {
  /// The trainer's cohorts as they go along in a spreadsheet.
  func sheet(_ cohorts: [CohortSummary], _ visit: Visit) -> ListSheet.Part {
    let words = visit.words
    return ListSheet.Part(
      title: words("training.title"),
      columns: [
        "lists.course", "lists.place", "lists.from_day", "lists.until_day", "lists.enrolled", "lists.seats",
        "lists.status",
      ],
      rows: cohorts.map { summary in
        let cohort = summary.cohort
        return [
          .typed(cohort.title(desks.pack, visit.language)), .typed(cohort.place), .day(cohort.from),
          .day(cohort.until), .count(summary.enrolled), .count(cohort.seats),
          .typed(summary.status(visit.dates.today, words).text),
        ]
      })
  }
}
