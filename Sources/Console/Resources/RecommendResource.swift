import Intent
import JSON
import Planning

/// `POST /api/v1/recommend`: a sentence to a specification and ranked plans, as `podium recommend -o json` prints them.
enum RecommendResource {
  static func post(_ resources: ConsoleResources) -> Operation {
    let model = resources.languageModel
    return Operation(
      post: "/api/v1/recommend", id: "createRecommendation", "Understand what a person wants to run, and plan it.",
      body: body(hasModel: model != nil), example: ["text": "I need a chatbot for 1000 users, low latency is critical"], answer: answer,
      problems: [.contradiction]
    ) { call in
      let knowledge = resources.facts.knowledge()
      let wantsModel = call.body["languageModel"]?.bool ?? false
      var sentence = await Sentence.read(call.body["text"]?.string ?? "", model: wantsModel ? model : nil, knowledge: knowledge)
      var answers: [Field: String] = [:]
      for member in call.body["answers"]?.object ?? [:] { answers[Field(rawValue: member.key) ?? .useCase] = member.value.string }
      sentence.take(answers, knowledge: knowledge)
      do throws(PlanProblem) {
        return AdviceReport.json(try Advice(sentence, knowledge: knowledge))
      } catch {
        throw ConsoleProblem(error)
      }
    }
  }

  private static func body(hasModel: Bool) -> Shape {
    var members: [ObjectShape.Member] = [
      .init(
        "text", .text(1...Extractor.maximumLength), "what you want to run, in your own words", required: true),
      .init(
        "answers",
        .object(
          [Field.useCase, .users, .priority, .maxMonthlyUSD].map {
            .init($0.rawValue, .text(0...400), "A choice, a value in words, or: I don't know.")
          }),
        "Answers to the questions of an earlier recommendation, by field."),
    ]
    if hasModel {
      members.append(
        .init("languageModel", .boolean, "Whether the text may be sent to the language model that this server was started with."))
    }
    return .reference("RecommendationRequest", .object(members))
  }

  private static let answer = Shape.reference(
    "Recommendation",
    .object(
      [
        .init(
          "understood",
          .list(
            .object(
              [
                .init("field", .choice(Field.allCases.map(\.rawValue)), "What was understood.", required: true),
                .init("value", .any, "A number, a name or names.", required: true),
                .init("words", Shapes.sentence, "The words of the text.", required: true),
                .init("confidence", .choice(Finding.Confidence.allCases.map(\.rawValue)), "How sure the reading is.", required: true),
              ], isOpen: true), 0...100), "With the words as evidence.", required: true),
        .init(
          "assumed",
          .list(
            .object([
              .init("field", Shapes.sentence, "Path in the specification.", required: true), .init("text", Shapes.sentence, required: true),
            ]),
            0...100), "What was taken because nothing was said.", required: true),
        .init(
          "questions",
          .list(
            .object(
              [
                .init("field", .choice(Field.allCases.map(\.rawValue)), "Answer by this name in `answers`.", required: true),
                .init("text", Shapes.sentence, "For people.", required: true),
                .init("default", Shapes.sentence, "Taken without an answer.", required: true),
              ], isOpen: true), 0...20), "What is missing.", required: true),
        .init("notes", Shapes.sentences, "What was seen and not used, or used otherwise than expected.", required: true),
        .init("reader", .choice(["rules", "model"]), "Who read the text.", required: true),
        .init("priority", .choice(Priority.allCases.map(\.rawValue)), "Which ranking was asked for.", required: true),
        .init("specification", .object([], isOpen: true), "A ModelDeployment.", required: true),
        .init("recommended", .nullable(Shapes.plan), "The first plan of the ranking that was asked for.", required: true),
        .init(
          "rankings", .map(.list(Shapes.plan, 0...100), maximum: 20),
          "The best plans in each respect, the ranking that was asked for first.",
          required: true), .init("plan", Shapes.planning, "As POST /api/v1/plan answers.", required: true),
      ], isOpen: true))
}
