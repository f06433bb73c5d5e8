import Basics
import Casework
import NationalPlan

/// Judges the files of materials as those of cases are judged: by their content, pictures without anything but the picture.
enum CampaignFiles {
  static let check: MaterialCheck = { bytes in
    guard bytes.count <= MaterialFile.largest else { throw refusal(tooLarge) }
    do {
      let file = try AttachmentReader.read(bytes)
      return MaterialFile(contentType: file.format.contentType, ending: file.format.ending, bytes: file.bytes)
    } catch let problem as AttachmentProblem { throw refusal(problem.phrase) }
  }

  static let tooLarge = Phrase(
    "error.campaign_file_large", ["megabytes": String(MaterialFile.largest / 1_048_576)])

  private static func refusal(_ phrase: Phrase) -> Refusal { .fields([FieldProblem("file", phrase)]) }
}
