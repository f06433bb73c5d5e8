import Basics
import CountryPack
import Referrals

/// Services, papers, and the cases that are expected.
extension DesignPages {
  func serviceForm(_ screen: DesignScreen) async throws -> DesignForm {
    let code = screen.visit.part("item")
    guard let service = screen.mechanism.services.first(where: { $0.code == code }) else { throw Refusal.notFound }
    return switch screen.visit.part("part") {
    case "what": serviceWhat(screen, service)
    case "whom": serviceWhom(screen, service)
    default: throw Refusal.notFound
    }
  }

  private func change(_ mechanism: inout Mechanism, _ code: String, _ body: (inout Mechanism.Service) -> Void) {
    if let place = mechanism.services.firstIndex(where: { $0.code == code }) { body(&mechanism.services[place]) }
  }

  // MARK: Services

  /// - Parameter old: `nil` for a new service.
  func serviceWhat(_ screen: DesignScreen, _ old: Mechanism.Service?) -> DesignForm {
    let words = screen.words
    return DesignForm(
      title: old?.name[screen.language] ?? words("design.add_services"),
      lead: words(screen.mechanism.desks.isEmpty ? "design.service_no_desk" : "design.service_lead"),
      address: old.map { screen.base + "/services/\($0.code)/what" } ?? screen.base + "/add/services",
      back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      return fields.texts("name", label: "design.service_name", value: old?.name)
        + [
          fields.reference(
            "desk", label: "design.service_desk", all: fields.desks, value: old?.desk, optional: false),
          sheet.select(
            "service", label: "design.service",
            options: screen.terms.services.map { .init($0.code, $0.name[screen.language]) },
            value: old?.service ?? ""),
          fields.terms(
            "needs", "design.service_needs", screen.terms.needs, old?.group.needs ?? [], hint: nil),
        ] + fields.source(old?.source, old?.certainty)
    } read: { reader, mechanism in
      let name = reader.texts("name", screen, old: old?.name)
      let desk = reader.reference("desk", mechanism.desks.map(\.code), old: old?.desk)
      if desk == nil, reader.form["desk"]?.isEmpty != false { reader.refuse("desk", "error.choose") }
      let known = screen.terms.services.map(\.code)
      let service = reader.value("service", or: "error.choose") { known.contains($0) ? $0 : nil }
      let needs = reader.codes("needs", screen.terms.needs.map(\.code), old: old?.group.needs ?? [])
      if needs.isEmpty { reader.refuse("needs", "error.choose") }
      let (source, certainty) = (reader.source(old?.source), reader.certainty())
      guard let name, let desk, let service else { return screen.base }
      if let old {
        change(&mechanism, old.code) { one in
          (one.name, one.desk, one.service, one.group.needs) = (name, desk, service, needs)
          (one.source, one.certainty) = (source, certainty)
        }
        return screen.base + "#service-" + old.code
      }
      let code = Mechanism.code(from: name[.spanish], taken: mechanism.services.map(\.code))
      mechanism.services.append(
        Mechanism.Service(
          code: code, name: name, desk: desk, service: service, group: .init(needs: needs), source: source,
          certainty: certainty))
      return screen.base + "/services/\(code)/whom"
    }
  }

  private func serviceWhom(_ screen: DesignScreen, _ old: Mechanism.Service) -> DesignForm {
    DesignForm(
      title: screen.words("design.service_whom"), lead: old.name[screen.language],
      address: screen.base + "/services/\(old.code)/whom", back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      // What it answers is said on the other page.
      let group = Array(fields.group(old.group, needs: "design.service_needs").dropFirst())
      return group + [
        sheet.text(
          "places", label: "design.places", hint: "design.places_hint", value: old.places.map(String.init) ?? "",
          optional: true, inputmode: "numeric")
      ] + fields.time("stay", label: "design.stay", hint: "design.stay_hint", minutes: old.stay?.mean, optional: true)
        + [fields.spread("spread", value: old.stay?.spread ?? .wide)]
    } read: { reader, mechanism in
      var group = reader.group(screen, old: old.group)
      group.needs = old.group.needs
      let places = reader.whole("places", in: 1...10_000, required: false)
      let stay = reader.minutes("stay", upTo: 5_256_000, required: false)
      let spread = reader.value("spread", or: "error.choose", Mechanism.Duration.Spread.init(rawValue:)) ?? .wide
      if places == nil, stay != nil, reader.problems.isEmpty { reader.refuse("places", "error.mechanism_places") }
      if places != nil, stay == nil, reader.problems.isEmpty { reader.refuse("stay", "error.mechanism_places") }
      change(&mechanism, old.code) { one in
        (one.group, one.places) = (group, places)
        one.stay = stay.map { Mechanism.Duration(mean: $0, spread: spread) }
      }
      return screen.base + "#service-" + old.code
    }
  }

  // MARK: Papers

  func paperForm(_ screen: DesignScreen) async throws -> DesignForm {
    let code = screen.visit.part("item")
    guard let form = screen.mechanism.forms.first(where: { $0.code == code }) else { throw Refusal.notFound }
    return paper(screen, form)
  }

  func paper(_ screen: DesignScreen, _ old: Mechanism.Form?) -> DesignForm {
    DesignForm(
      title: old?.name[screen.language] ?? screen.words("design.add_forms"),
      address: old.map { screen.base + "/forms/" + $0.code } ?? screen.base + "/add/forms", back: screen.base
    ) { sheet in
      DesignFields(sheet: sheet, screen: screen).texts("name", label: "design.form_name", value: old?.name)
    } read: { reader, mechanism in
      guard let name = reader.texts("name", screen, old: old?.name) else { return screen.base }
      if let place = mechanism.forms.firstIndex(where: { $0.code == old?.code }) {
        mechanism.forms[place].name = name
      } else {
        let code = Mechanism.code(from: name[.spanish], taken: mechanism.forms.map(\.code))
        mechanism.forms.append(Mechanism.Form(code: code, name: name))
      }
      return screen.base + "#forms"
    }
  }

  // MARK: Cases that are expected

  func arrivalForm(_ screen: DesignScreen) async throws -> DesignForm {
    guard let number = Int(screen.visit.part("item")), screen.mechanism.arrivals.indices.contains(number) else {
      throw Refusal.notFound
    }
    return arrival(screen, number)
  }

  func arrival(_ screen: DesignScreen, _ number: Int?) -> DesignForm {
    let words = screen.words
    let old = number.map { screen.mechanism.arrivals[$0] }
    return DesignForm(
      title: words(old == nil ? "design.add_arrivals" : "design.arrival"), lead: words("design.arrivals_hint"),
      address: number.map { screen.base + "/arrivals/\($0)" } ?? screen.base + "/add/arrivals", back: screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      return [
        sheet.text(
          "per_year", label: "design.per_year", value: old.map { String($0.perYear) } ?? "", inputmode: "numeric"),
        sheet.select(
          "urgency", label: "design.urgency",
          options: screen.terms.urgencies.map { .init($0.code, $0.name[screen.language]) },
          value: old?.urgency ?? ""),
      ] + fields.group(old?.group ?? .init(), needs: "design.group_needs") + fields.source(old?.source, old?.certainty)
    } read: { reader, mechanism in
      let known = screen.terms.urgencies.map(\.code)
      let urgency = reader.value("urgency", or: "error.choose") { known.contains($0) ? $0 : nil } ?? ""
      let arrival = Mechanism.Arrival(
        perYear: reader.whole("per_year", in: 1...1_000_000) ?? 1,
        group: reader.group(screen, old: old?.group ?? .init()), urgency: urgency,
        source: reader.source(old?.source), certainty: reader.certainty())
      if let number { mechanism.arrivals[number] = arrival } else { mechanism.arrivals.append(arrival) }
      return screen.base + "#arrivals"
    }
  }
}
