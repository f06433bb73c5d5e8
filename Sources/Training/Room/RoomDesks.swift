import Accounts
import CountryPack

/// The desks of the training room.
public struct RoomDesks: Sendable {
  public let attendance: AttendanceDesk
  public let checkIn: CheckInDesk
  public let quizzes: QuizDesk
  public let papers: PaperDesk
  public let feedback: FeedbackDesk

  public init(_ office: Office, _ pack: CountryPack) {
    let training = TrainingOffice(office, pack)
    attendance = AttendanceDesk(training)
    checkIn = CheckInDesk(training)
    quizzes = QuizDesk(training)
    papers = PaperDesk(training)
    feedback = FeedbackDesk(training)
  }
}
