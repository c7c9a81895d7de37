/// One customer as its views take it.
struct CustomerPageModel: Sendable {
    var shell: ShellModel
    var customersHref = Links.customers
    var head: Head
    var tabs: [Tab]
    var selectedTab: String
    /// Where the page is told that something changed; nil beside a form, which it would take away.
    var liveHref: String?
    var overview: Overview?
    var editForm: CustomerFormModel?
    var timeline: Timeline?
    var orders: Orders?
    var receipts: Orders?
    var segments: Segments?
    var events: Events?
    var containers: Containers?

    struct Head: Sendable {
        var title: String
        var externalID: String
        var hasAliases: Bool
        var aliases: String
        var place: String
        var mayWrite: Bool
        var mayMerge: Bool
        var mayErase: Bool
        var mayExport: Bool
        var editHref: String
        var mergeHref: String
        var eraseHref: String
        var exportHref: String
        var metrics: [Metric]
    }

    struct Metric: Sendable {
        var label: String
        var value: String
        var title: String?
    }

    struct Tab: Sendable {
        var id: String
        var label: String
        var href: String
        /// `true` or `false`, as the attribute has it.
        var isSelected: String
        var count: String
    }

    struct Fact: Sendable {
        var label: String
        var value: String
        var isEmpty: Bool
        var isMono: Bool
    }

    struct Overview: Sendable {
        struct Consent: Sendable {
            var label: String
            var text: String
            var color: String
        }

        var facts: [Fact]
        var hasMore: Bool
        var more: [Fact]
        var consents: [Consent]
        var hasMetadata: Bool
        var metadata: String
        var known: String
        var knownISO: String
        var knownExact: String
        var updated: String
        var updatedISO: String
        var updatedExact: String
        var version: String
        var hasMerges: Bool
        var merges: [Merge]
    }

    struct Merge: Sendable {
        var externalID: String
        var when: String
        var iso: String
        var exact: String
        var who: String
        var orders: String
    }

    /// All that happened to a person, the latest first.
    struct Timeline: Sendable {
        struct Moment: Sendable {
            var heading: String
            /// The order or receipt it is about, and its page.
            var thing: String?
            var href: String?
            var when: String
            var iso: String
            var exact: String
            var who: String?
            var channel: String?
            var hasChanges: Bool
            var changes: [ActivityModel.Change]
        }

        var moments: [Moment]
        var hasMore: Bool
        var moreHref: String
    }

    /// What the customer did on sites and in apps, day by day.
    struct Events: Sendable {
        struct Day: Sendable {
            var heading: String
            var rows: [Row]
        }

        struct Row: Sendable {
            var name: String
            var hasSubject: Bool
            var subject: String
            var time: String
            var iso: String
            var exact: String
            var source: String
            var facts: [Fact]
            var hasContext: Bool
            var context: String
        }

        var hasRows: Bool
        var days: [Day]
        var hasMore: Bool
        var moreHref: String
    }

    /// The segments and audiences that the customer is in.
    struct Segments: Sendable {
        struct Row: Sendable {
            var name: String
            var href: String
            var words: String
            var isAudience: Bool
            var isDynamic: Bool
            var hasSince: Bool
            var since: String
            var sinceISO: String
            var sinceExact: String
            /// Where the reason is, and what its part of the page is called.
            var whyHref: String
            var part: String
        }

        var hasRows: Bool
        var rows: [Row]
        /// Whether there is any segment that they could be in.
        var hasSegments: Bool
        var listHref = Links.segments
    }

    /// What the customer has in containers.
    struct Containers: Sendable {
        struct Line: Sendable {
            var name: String
            /// The product's page, where the catalogue knows it.
            var href: String?
            var product: String
            var quantity: String
            var price: String
            var sum: String
            var changed: String
            var changedISO: String
            var changedExact: String
        }

        struct Row: Sendable {
            var id: String
            var name: String
            var lineCount: String
            var hasLines: Bool
            var lines: [Line]
            var quantity: String
            var total: String
            var since: String
            var sinceISO: String
            var sinceExact: String
            var changed: String
            var changedISO: String
            var changedExact: String
            /// Since when it is abandoned.
            var abandoned: String?
            var abandonedExact: String?
        }

        var hasRows: Bool
        var rows: [Row]
        var settingsHref: String?
    }

    /// The customer's orders or receipts, each with its fields and lines folded away.
    struct Orders: Sendable {
        struct Row: Sendable {
            /// What it is, as a sentence names it.
            var kind: String
            var title: String
            var href: String?
            var date: String
            var dateISO: String
            var dateExact: String
            var value: String
            /// Why the value is in no figure.
            var note: String?
            var chips: [ChipModel]
            var facts: [Fact]
            var hasLines: Bool
            var lineCount: String
            var columns: [Column]
            var lines: [Line]
        }

        struct Column: Sendable {
            var label: String
            var isNumber: Bool
        }

        struct Line: Sendable {
            var cells: [Cell]
        }

        struct Cell: Sendable {
            var text: String
            var isNumber: Bool
        }

        var hasRows: Bool
        var rows: [Row]
        var pager: PagerModel?
        var listHref: String?
        /// What stands there where there are none.
        var none: String
        /// What they add up to, where no metric says it.
        var sum: String?
    }
}
