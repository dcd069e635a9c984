/// What somebody may have meant.
package enum NearestNames {
  /// Up to three of `names` that differ least from `name`, by edit distance; a part of a name counts as near.
  package static func among(_ names: [String], to name: String) -> [String] { NameIndex(names.map { [$0] }).nearest(to: name) }
}
