import APIMachinery
import JSON
import Kubernetes

/// Judges a generated object before it is written, as the API server of a real cluster would: an object that fails never leaves.
///
///     object ─▶ metadata ─▶ the kind's schema (reduced, see hack/reduce-crds) ─▶ fields the server would drop ─▶ values no schema tells
///
/// Planner and generators are written to make valid objects; this is a second opinion that shares nothing with them, as `PlanAudit` is
/// for plans. A kind without a schema here is refused: whoever makes objects of a new kind gives the audit its schema too.
package enum ManifestAudit {
  /// What is wrong with one field.
  package struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// Path from the root of the object.
    package let field: String
    package let problem: String

    package init(_ field: String, _ problem: String) {
      self.field = field
      self.problem = problem
    }

    package var description: String { "\(field): \(problem)" }
  }

  /// Empty when the object may go.
  package static func findings(_ object: KubeObject) -> [Finding] {
    var judge = ManifestValues()
    judge.metadata(object)
    judge.value(object.json, at: "", key: "")
    return schemaFindings(object) + judge.findings
  }

  /// Kinds that are judged by their schema.
  package static func hasSchema(apiVersion: String, kind: String) -> Bool { schemas[Kind(apiVersion: apiVersion, kind: kind)] != nil }

  private static func schemaFindings(_ object: KubeObject) -> [Finding] {
    guard let parsed = schemas[Kind(object)] else {
      return [Finding("kind", "there is no schema of a \(object.kind) (\(object.apiVersion)) to judge it by")]
    }
    switch parsed {
    case .failure(let errors): return [Finding("", "its schema cannot be read: \(errors)")]
    case .success(let schema):
      var pruned = object.json
      let unknown = schema.prune(&pruned).map { Finding($0, "is no field of a \(object.kind) (\(object.apiVersion))") }
      return schema.validate(object.json).map { Finding($0.field, $0.message) } + unknown
    }
  }

  private struct Kind: Hashable {
    let apiVersion: String
    let kind: String

    init(apiVersion: String, kind: String) {
      self.apiVersion = apiVersion
      self.kind = kind
    }

    init(_ object: KubeObject) { self.init(apiVersion: object.apiVersion, kind: object.kind) }
  }

  private static let schemas: [Kind: Result<StructuralSchema, FieldErrors>] = Dictionary(
    uniqueKeysWithValues: ReducedSchemas.all.map { entry in
      (Kind(apiVersion: entry.apiVersion, kind: entry.kind), parsed(entry.schema))
    })

  private static func parsed(_ text: String) -> Result<StructuralSchema, FieldErrors> {
    do {
      return .success(try StructuralSchema.parse(try JSONValue(parsing: text)))
    } catch let errors as FieldErrors {
      return .failure(errors)
    } catch {
      return .failure(FieldErrors([FieldError(.internalError, "", detail: "\(error)")]))
    }
  }
}
