import Basics
import CountryPack
import Referrals

/// One step: what is done and by whom, within what time, with what it is handed over, and where the case goes then.
extension DesignPages {
  func stepForm(_ screen: DesignScreen) async throws -> DesignForm {
    let step = try screen.step(screen.visit.part("item"))
    return switch screen.visit.part("part") {
    case "what": stepWhat(screen, step)
    case "time": stepTime(screen, step)
    case "handover": stepHandover(screen, step)
    case "end": stepEnd(screen, step)
    default: throw Refusal.notFound
    }
  }

  private func change(_ mechanism: inout Mechanism, _ code: String, _ body: (inout Mechanism.Step) -> Void) {
    if let place = mechanism.steps.firstIndex(where: { $0.code == code }) { body(&mechanism.steps[place]) }
  }

  // MARK: What, and who

  /// - Parameter old: `nil` for a new step.
  func stepWhat(_ screen: DesignScreen, _ old: Mechanism.Step?) -> DesignForm {
    let words = screen.words
    // A new step follows the last that leads nowhere yet.
    let open = screen.mechanism.steps.last { !$0.ends && $0.next.isEmpty } ?? screen.mechanism.steps.last
    return DesignForm(
      title: old?.name[screen.language] ?? words("design.add_steps"),
      lead: words(screen.mechanism.desks.isEmpty ? "design.step_no_desk" : "design.step_lead"),
      address: old.map { screen.stepAddress($0.code) + "/what" } ?? screen.base + "/add/steps",
      back: old.map { screen.stepAddress($0.code) } ?? screen.base
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      var all = fields.texts("name", label: "design.step_name", value: old?.name)
      all += fields.texts("text", label: "design.step_text", value: old?.text, rows: 3)
      if !fields.desks.isEmpty || old?.desks.isEmpty == false {
        all.append(
          fields.references(
            "desks", label: "design.step_desks", hint: "design.step_desks_hint", all: fields.desks,
            values: old?.desks ?? []))
      }
      if !fields.services.isEmpty || old?.services.isEmpty == false {
        all.append(
          fields.references(
            "services", label: "design.step_services", hint: "design.step_services_hint", all: fields.services,
            values: old?.services ?? []))
      }
      if old == nil {
        all.append(
          fields.reference(
            "after", label: "design.after", hint: "design.after_hint", all: fields.steps,
            value: open.map { Mechanism.Reference($0.code) }))
      }
      return all
    } read: { reader, mechanism in
      let name = reader.texts("name", screen, old: old?.name)
      let text = reader.texts("text", screen, old: old?.text)
      let desks = reader.references("desks", mechanism.desks.map(\.code), old: old?.desks ?? [])
      let services = reader.references("services", mechanism.services.map(\.code), old: old?.services ?? [])
      if !desks.isEmpty, !services.isEmpty { reader.refuse("services", "error.mechanism_both") }
      guard let name, let text else { return screen.base }
      if let old {
        change(&mechanism, old.code) { ($0.name, $0.text, $0.desks, $0.services) = (name, text, desks, services) }
        return screen.stepAddress(old.code)
      }
      let after = reader.reference("after", mechanism.steps.map(\.code), old: nil)
      let code = Mechanism.code(from: name[.spanish], taken: mechanism.steps.map(\.code))
      mechanism.add(
        Mechanism.Step(
          code: code, name: name, text: text, desks: desks, services: services,
          work: MechanismBeginning.standingWork), after: after?.code)
      return screen.stepAddress(code)
    }
  }

  // MARK: Time

  private func stepTime(_ screen: DesignScreen, _ old: Mechanism.Step) -> DesignForm {
    let words = screen.words
    var (kind, limit): (String, Mechanism.TimeLimit?) = ("none", nil)
    switch old.within {
    case nil: break
    case .urgency: kind = "urgency"
    case .limit(let within): (kind, limit) = ("limit", within)
    }
    return DesignForm(
      title: words("design.step_time"), lead: old.name[screen.language],
      address: screen.stepAddress(old.code) + "/time", back: screen.stepAddress(old.code)
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      var all = [
        sheet.choices(
          "within", label: "design.within",
          options: ["limit", "urgency", "none"].map {
            .init($0, words("design.within.\($0)"), hint: $0 == "urgency" ? urgencies(screen) : nil)
          }, value: kind)
      ]
      all += fields.time("limit", label: "design.limit", minutes: limit?.minutes, optional: true)
      all.append(
        sheet.choices(
          "counts", label: "design.counts",
          options: ["calendar", "working"].map { .init($0, words("design.counts.\($0)")) },
          value: (limit?.counts ?? .calendar).rawValue))
      all.append(
        fields.reference(
          "law", label: "design.law", hint: "design.law_hint",
          all: screen.terms.limits.map { limit in
            .init(
              limit.code,
              limit.name[screen.language] + " (" + words("design.certainty.\(limit.certainty.rawValue)") + ")")
          }, value: old.law))
      all += fields.time("work", label: "design.work", hint: "design.work_hint", minutes: old.work.mean)
      all.append(fields.spread("spread", value: old.work.spread))
      return all
    } read: { reader, mechanism in
      let kind = reader.value("within", or: "error.choose") { ["limit", "urgency", "none"].contains($0) ? $0 : nil }
      let minutes = reader.minutes("limit", upTo: 5_256_000, required: kind == "limit")
      let counts = reader.value("counts", or: "error.choose", DecisionTerm.Counting.init(rawValue:)) ?? .calendar
      let law = reader.reference("law", screen.terms.limits.map(\.code), old: old.law)
      let work = reader.minutes("work", upTo: 43_200) ?? old.work.mean
      let spread = reader.value("spread", or: "error.choose", Mechanism.Duration.Spread.init(rawValue:)) ?? .wide
      change(&mechanism, old.code) { step in
        step.within = kind == "urgency" ? .urgency : nil
        if kind == "limit", let minutes { step.within = .limit(.init(minutes: minutes, counts: counts)) }
        step.law = law
        step.work = Mechanism.Duration(mean: work, spread: spread)
      }
      return screen.stepAddress(old.code)
    }
  }

  private func urgencies(_ screen: DesignScreen) -> String {
    screen.terms.urgencies.map { urgency in
      let minutes = screen.terms.minutes(ofUrgency: urgency.code)
      return urgency.name[screen.language] + (minutes.map { ": " + time($0, screen) } ?? "")
    }.joined(separator: "; ")
  }

  // MARK: Handing over

  private func stepHandover(_ screen: DesignScreen, _ old: Mechanism.Step) -> DesignForm {
    DesignForm(
      title: screen.words("design.step_handover"), lead: old.name[screen.language],
      address: screen.stepAddress(old.code) + "/handover", back: screen.stepAddress(old.code)
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      var all = fields.texts(
        "handover", label: "design.handover", hint: "design.handover_hint", value: old.handover, rows: 3,
        optional: true)
      all += fields.texts(
        "feedback", label: "design.feedback", hint: "design.feedback_hint", value: old.feedback, rows: 3,
        optional: true)
      if !fields.forms.isEmpty || !old.forms.isEmpty {
        all.append(fields.references("forms", label: "design.forms", all: fields.forms, values: old.forms))
      }
      return all
    } read: { reader, mechanism in
      let handover = reader.texts("handover", screen, old: old.handover, required: false)
      let feedback = reader.texts("feedback", screen, old: old.feedback, required: false)
      let forms = reader.references("forms", mechanism.forms.map(\.code), old: old.forms)
      change(&mechanism, old.code) { ($0.handover, $0.feedback, $0.forms) = (handover, feedback, forms) }
      return screen.stepAddress(old.code)
    }
  }

  // MARK: Where it goes

  private func stepEnd(_ screen: DesignScreen, _ old: Mechanism.Step) -> DesignForm {
    DesignForm(
      title: screen.words("design.step_end"), lead: old.name[screen.language],
      address: screen.stepAddress(old.code) + "/end", back: screen.stepAddress(old.code)
    ) { sheet in
      [sheet.tick("ends", label: "design.ends_tick", hint: "design.ends_hint", value: old.ends)]
    } read: { reader, mechanism in
      let ends = reader.isTicked("ends")
      change(&mechanism, old.code) { step in
        step.ends = ends
        if ends { step.next = [] }
      }
      return screen.stepAddress(old.code)
    }
  }

  /// One way on from a step: where to, for whom, how often.
  func wayForm(_ screen: DesignScreen) async throws -> DesignForm {
    let step = try screen.step(screen.visit.part("item"))
    let place = screen.visit.part("way")
    let number = place == "add" ? nil : Int(place)
    guard place == "add" || number.map(step.next.indices.contains) == true else { throw Refusal.notFound }
    let old = number.map { step.next[$0] }
    return DesignForm(
      title: screen.words(old == nil ? "design.way_add" : "design.way"), lead: step.name[screen.language],
      address: screen.stepAddress(step.code) + "/ways/" + place, back: screen.stepAddress(step.code)
    ) { sheet in
      let fields = DesignFields(sheet: sheet, screen: screen)
      return [
        fields.reference("to", label: "design.way_to", all: fields.steps, value: old?.to, optional: false)
      ] + fields.texts("when", label: "design.when", hint: "design.when_hint", value: old?.when, optional: true)
        + fields.group(old?.group ?? .init(), needs: "design.group_needs") + [
          sheet.text(
            "share", label: "design.share", hint: "design.share_hint", value: String(old?.share ?? 1),
            inputmode: "numeric")
        ]
    } read: { reader, mechanism in
      let to = reader.reference("to", mechanism.steps.map(\.code), old: old?.to)
      if to == nil, reader.form["to"]?.isEmpty != false { reader.refuse("to", "error.choose") }
      let way = Mechanism.Next(
        to: to ?? .init(""), group: reader.group(screen, old: old?.group ?? .init()),
        share: reader.whole("share", in: 1...1000) ?? 1,
        when: reader.texts("when", screen, old: old?.when, required: false))
      change(&mechanism, step.code) { step in
        step.ends = false
        if let number { step.next[number] = way } else { step.next.append(way) }
      }
      return screen.stepAddress(step.code)
    }
  }
}
