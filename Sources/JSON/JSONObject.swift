/// The members of a JSON object, in the order in which they were written.
///
/// An array of pairs: objects in Kubernetes are small, and a linear search over a few members is faster than hashing.
package struct JSONObject: Sendable {
  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  package private(set) var members: [Member]

  package init() { members = [] }

  /// Members with a name that comes again replace the earlier one, as in Go's decoder.
  package init(_ pairs: [(String, JSONValue)]) {
    members = []
    members.reserveCapacity(pairs.count)
    for (key, value) in pairs { self[key] = value }
  }

  /// For parsers: the caller knows that the names are distinct.
  package init(distinct members: [Member]) { self.members = members }

  package var isEmpty: Bool { members.isEmpty }
  package var count: Int { members.count }
  package var keys: [String] { members.map(\.key) }

  package subscript(key: String) -> JSONValue? {
    get {
      for member in members where member.key == key { return member.value }
      return nil
    }
    set {
      if let index = members.firstIndex(where: { $0.key == key }) {
        if let newValue { members[index].value = newValue } else { members.remove(at: index) }
      } else if let newValue {
        members.append(Member(key: key, value: newValue))
      }
    }
  }

  /// Removes a member and returns what it held.
  @discardableResult
  package mutating func removeValue(forKey key: String) -> JSONValue? {
    guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
    return members.remove(at: index).value
  }

  /// The same members sorted by name.
  package func sorted() -> JSONObject {
    JSONObject(distinct: members.sorted { $0.key < $1.key })
  }
}

extension JSONObject: Sequence {
  package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: Equatable {
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.members.count == right.members.count else { return false }
    for (index, member) in left.members.enumerated() {
      let other = right.members[index]
      if other.key == member.key {
        guard other.value == member.value else { return false }
      } else {
        guard right[member.key] == member.value else { return false }
      }
    }
    return true
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
