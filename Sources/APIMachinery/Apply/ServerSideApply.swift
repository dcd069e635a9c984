import JSON

/// Server-side apply and the record of who changed what, after structured-merge-diff's `merge.Updater`.
package enum ServerSideApply {
  /// The object after `manager` applied `intent` to it, with its managed fields.
  ///
  /// - Parameters:
  ///   - live: the object as stored; `nil` when it does not exist yet.
  ///   - intent: everything that this manager wants to own, and nothing else.
  ///   - force: takes fields from other managers instead of failing.
  package static func apply(
    _ intent: JSONValue, to live: JSONValue?, by manager: FieldManager, force: Bool, schema: StructuralSchema
  ) throws(ApplyError) -> JSONValue {
    guard intent[["metadata", "managedFields"]]?.array?.isEmpty ?? true else {
      throw .invalid("metadata.managedFields must be nil")
    }
    let application = Application(intent: intent, live: live ?? [:], manager: manager, schema: schema)
    do {
      return LastApplied.updated(try application.perform(force: force), live: live, intent: intent, manager: manager)
    } catch .conflicts(let conflicts) where LastApplied.allows(conflicts, live: live, manager: manager, schema: schema) {
      // kubectl moves from client-side to server-side apply: what it had applied itself is its own.
      return LastApplied.updated(try application.perform(force: true), live: live, intent: intent, manager: manager)
    }
  }

  /// `new` with managed fields that record what POST, PUT or another kind of PATCH by `manager` changed against `live`.
  package static func update(_ new: JSONValue, from live: JSONValue?, by manager: FieldManager, schema: StructuralSchema) -> JSONValue {
    let given = new[["metadata", "managedFields"]]?.array
    var result = new
    // `managedFields: [{}]` is the documented way to forget all owners.
    if let given, given.count == 1, given[0].object?.isEmpty ?? false {
      result[["metadata", "managedFields"]] = nil
      return result
    }
    var managed = ManagedFields(of: new)
    if managed.entries.isEmpty { managed = ManagedFields(of: live) }
    let old = manager.relevant(live ?? [:])
    let comparison = FieldComparison(from: old.strippingNeverOwned, to: manager.relevant(new).strippingNeverOwned, schema)
    let taken = comparison.modified.union(comparison.added).subtracting(.neverOwned)
    for index in managed.entries.indices {
      managed.entries[index].fields = managed.entries[index].fields.subtracting(taken).subtracting(comparison.removed)
    }
    var own = ManagedFields.Entry(
      manager: manager.name, operation: .update, apiVersion: new["apiVersion"]?.string ?? "", subresource: manager.subresource,
      time: manager.time, fields: taken)
    if !taken.isEmpty {
      own.fields = taken.union(managed.entry(like: own)?.fields ?? FieldSet())
      managed.entries.removeAll { $0.isSameManager(as: own) }
      managed.entries.append(own)
    }
    result[["metadata", "managedFields"]] = managed.json.array.flatMap { $0.isEmpty ? nil : .array($0) }
    return result
  }
}

/// One apply request.
private struct Application {
  let intent: JSONValue
  let live: JSONValue
  let manager: FieldManager
  let schema: StructuralSchema

  func perform(force: Bool) throws(ApplyError) -> JSONValue {
    let intent = manager.relevant(self.intent).droppingNulls(schema)
    let managed = ManagedFields(of: live)
    var own = ManagedFields.Entry(
      manager: manager.name, operation: .apply, apiVersion: intent["apiVersion"]?.string ?? "", subresource: manager.subresource,
      time: manager.time, fields: FieldSet(of: intent.strippingNeverOwned, schema).subtracting(.neverOwned))
    let previous = managed.entry(like: own)
    let others = managed.entries.filter { !$0.isSameManager(as: own) }
    let merged = ApplyMerge.merge(live, intent, schema)
    let pruned = prune(merged, previous: previous?.fields, owners: [own.fields] + others.map(\.fields))

    let comparison = FieldComparison(from: live.strippingNeverOwned, to: pruned.strippingNeverOwned, schema)
    let changed = comparison.modified.union(comparison.added)
    let conflicts = others.flatMap { other in
      other.fields.intersection(changed).paths.map { path in
        ApplyConflict(manager: other.title, field: path.map(\.pathText).joined())
      }
    }
    guard conflicts.isEmpty || force else { throw .conflicts(conflicts) }
    var entries = others
    for index in entries.indices {
      entries[index].fields = entries[index].fields.subtracting(changed).subtracting(comparison.removed)
    }
    let isUnchanged = changed.isEmpty && comparison.removed.isEmpty && own.fields == previous?.fields
    if isUnchanged { own.time = previous?.time }
    var result = pruned
    result[["metadata", "managedFields"]] = ManagedFields(entries + [own]).json
    return result
  }

  /// Removes what this manager applied before, does not apply any more, and nobody else owns.
  private func prune(_ merged: JSONValue, previous: FieldSet?, owners: [FieldSet]) -> JSONValue {
    guard let previous, !previous.isEmpty else { return merged }
    func named(_ set: FieldSet) -> FieldSet { set.ensuringNamedFields(schema, isResource: true) }
    func fields(_ value: JSONValue) -> FieldSet { named(FieldSet(of: value, schema)) }
    func remove(_ set: FieldSet) -> JSONValue { ApplyMerge.remove(set, from: merged, schema, keeping: claimed) ?? [:] }
    let claimed = owners.reduce(FieldSet()) { $0.union($1) }
    let all = fields(merged)
    var pruned = remove(named(previous))
    pruned = remove(all.subtracting(fields(pruned).union(named(claimed))))
    // What nobody owns and the manager never applied stays too.
    return remove(all.subtracting(fields(pruned)).intersection(named(previous)))
  }
}
