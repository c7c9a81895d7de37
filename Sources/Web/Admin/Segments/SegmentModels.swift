import Domain
import Platform

/// A customer in a table of members or of a sample.
struct PersonRow: Sendable {
    var href: String
    var externalID: String
    var name: String
    var detail: String
    var orders: String
    var total: String
    var last: String
    var lastISO: String
    var lastExact: String
    var hasLast: Bool
}

/// What a tree comes to, as pages write it.
struct SegmentFigures: Sendable {
    var count: String
    var base: String
    var shareOfBase: String
    /// From 0 to 100, for a bar.
    var shareNumber: String
    var shareOfRevenue: String
    var revenueNumber: String
    var orders: String
    var revenue: String
    var average: String
}

/// The list of segments as its views take it.
struct SegmentListModel: Sendable {
    var shell: ShellModel
    var q: String
    var action = Links.segments
    var newHref = Links.newSegment
    var newAudienceHref = Links.newAudience
    var scoresHref = Links.scores
    var mayWrite: Bool
    var isEmpty: Bool
    var hasRows: Bool
    var isSized: Bool
    /// Where the same comes with the sizes of now.
    var sizedHref: String
    var clearHref = Links.segments
    var rows: [Row]

    struct Row: Sendable {
        var code: String
        var href: String
        var name: String
        var words: String
        var isAudience: Bool
        var isBroken: Bool
        var hasFigures: Bool
        var figures: SegmentFigures?
        var hasLine: Bool
        var line: SizeLine?
        var changed: String
        var changedISO: String
        var changedExact: String
        var mayChange: Bool
        var editHref: String
        var deleteHref: String
    }
}

/// The page of one segment or audience.
struct SegmentPageModel: Sendable {
    var shell: ShellModel
    var listHref = Links.segments
    var code: String
    var name: String
    var hasDescription: Bool
    var description: String
    var isAudience: Bool
    var isDynamic: Bool
    var words: String
    var tree: String
    var hasTree: Bool
    var hasFaults: Bool
    var faults: [String]
    var changed: String
    var changedISO: String
    var changedExact: String
    var mayWrite: Bool
    var editHref: String
    var deleteHref: String
    var exportHref: String
    var exportOrdersHref: String
    var scoresHref: String
    var live: Live
    /// Where the sizes and members of now come from.
    var liveHref: String
    var hasLine: Bool
    var line: SizeLine?
    var explainAction: String
    var explanation: ExplanationModel?
    var explained: String
    var explainProblem: String
    var hasExplainProblem: Bool
    var audience: Audience?

    /// What is asked when it is looked at, and so comes after the page.
    struct Live: Sendable {
        var isHere: Bool
        var hasFigures: Bool
        var figures: SegmentFigures?
        var hasMembers: Bool
        var members: [PersonRow]
        var total: String
        var isFirst: Bool
        var firstHref: String
        var hasNext: Bool
        var nextHref: String
        var mayRemove: Bool
        var removeAction: String
        var hasMoves: Bool
        var moves: Moves?

        static let none = Live(
            isHere: false, hasFigures: false, hasMembers: false, members: [], total: "", isFirst: true, firstHref: "",
            hasNext: false, nextHref: "", mayRemove: false, removeAction: "", hasMoves: false
        )
    }

    struct Moves: Sendable {
        struct Move: Sendable {
            var href: String
            var name: String
            var isEntry: Bool
            var when: String
            var whenISO: String
            var whenExact: String
        }

        var entered: String
        var left: String
        var latest: [Move]
    }

    struct Audience: Sendable {
        var addAction: String
        var fillAction: String
        var sources: [OptionModel]
        var hasSources: Bool
        var pasted: String
        var hasOutcome: Bool
        var outcome: String
        var hasUnknown: Bool
        var unknown: [String]
    }
}
