/// A part of the product that each project switches on or off (spec orders.md, "Feature flag").
package enum Feature: String, CaseIterable, Hashable, Sendable {
    case orders = "EnableShopEorders"
    case receipts = "EnableReceipts"
    case promotions = "EnablePromotions"

    /// What the command line calls it.
    package var word: String {
        switch self {
        case .orders: "orders"
        case .receipts: "receipts"
        case .promotions: "promotions"
        }
    }

    /// Finds a feature by its name or by its word, which projects of the first version kept.
    package init?(named text: String) {
        guard let feature = Self.allCases.first(where: { $0.rawValue == text || $0.word == text }) else { return nil }
        self = feature
    }
}

/// The features that are switched on.
package struct Features: Hashable, Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt8 = 0

    package init(_ features: some Sequence<Feature>) {
        for feature in features { self[feature] = true }
    }

    package init(arrayLiteral features: Feature...) { self.init(features) }

    package subscript(feature: Feature) -> Bool {
        get { has(feature) }
        set { bits = newValue ? bits | feature.bit : bits & ~feature.bit }
    }

    package func has(_ feature: Feature) -> Bool { bits & feature.bit != 0 }

    /// Those that are on, in the order they are declared.
    package var all: [Feature] { Feature.allCases.filter(has) }

    /// Reads words separated by commas, as the command line takes them.
    ///
    /// - Throws: `Faults` naming what is not a feature.
    package static func parse(_ text: String) throws(Faults) -> Features {
        var features = Features()
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            guard let feature = Feature(named: String(word)) else {
                let known = Feature.allCases.map(\.word).joined(separator: ", ")
                throw Faults("/features", "unknown_feature", "There is no feature “\(word)”. Known are: \(known).")
            }
            features[feature] = true
        }
        return features
    }

    /// As the table keeps it.
    package var text: String { all.map(\.rawValue).joined(separator: ",") }

    /// Takes what the table keeps; a feature that this version does not know is left out.
    package init(stored text: String) {
        self.init(text.split(separator: ",").compactMap { Feature(named: String($0)) })
    }
}

extension Feature {
    fileprivate var bit: UInt8 {
        switch self {
        case .orders: 1
        case .receipts: 2
        case .promotions: 4
        }
    }
}
