extension Template {
    /// Renders the template; the same values and settings give the same bytes.
    package func render(_ values: any TemplateRecord, _ settings: TemplateSettings) -> Rendering {
        var renderer = Renderer(self, values, settings)
        return renderer.render()
    }
}

/// One rendering on its way.
struct Renderer {
    let template: Template
    let values: any TemplateRecord
    let settings: TemplateSettings
    var output: [UInt8] = []
    /// What a value is written to before it is made safe.
    var scratch: [UInt8] = []
    var warnings: [TemplateWarning] = []
    /// The loops that are running, from the outermost.
    var turns: [Turn] = []
    private var turnsLeft: Int
    private var stepsToClock = 64
    private let started: Int64

    /// Where a running loop is.
    struct Turn {
        var element: TemplateValue
        var index: Int
        var count: Int
    }

    /// Why a rendering ends before its end.
    enum Halt: Error {
        case stop(String, site: Int)
        case limit(String, mend: String, site: Int)
    }

    init(_ template: Template, _ values: any TemplateRecord, _ settings: TemplateSettings) {
        (self.template, self.values, self.settings) = (template, values, settings)
        turnsLeft = settings.limits.turns
        started = settings.clock?() ?? 0
        output.reserveCapacity(min(template.bytes.count + template.bytes.count / 4 + 256, settings.limits.bytes))
    }

    mutating func render() -> Rendering {
        var rendering = Rendering()
        do throws(Halt) {
            try run(template.nodes)
            try checkSize(site: nil)
        } catch {
            switch error {
            case .stop(let reason, let site): rendering.end = .stopped(reason: reason, template.sites[site])
            case .limit(let message, let mend, let site):
                rendering.end = .exceeded(TemplateFault(position(site), message, mend: mend))
            }
        }
        (rendering.bytes, rendering.warnings) = (output, warnings)
        return rendering
    }

    private func position(_ site: Int) -> TemplatePosition {
        template.sites.indices.contains(site) ? template.sites[site] : TemplatePosition(line: 1, column: 1)
    }

    private mutating func run(_ nodes: [Node]) throws(Halt) {
        for node in nodes {
            switch node {
            case .text(let range): output.append(contentsOf: template.bytes[range])
            case .print(let print):
                try checkTime(print.site)
                try self.print(print)
                try checkSize(site: print.site)
            case .branch(let branch):
                for arm in branch.value.arms {
                    try checkTime(arm.site)
                    // The first arm that holds is the only one.
                    if let condition = arm.condition, !(try holds(condition)) { continue }
                    try run(arm.nodes)
                    break
                }
            case .loop(let loop): try run(loop.value)
            case .stop(let reason, let site): throw .stop(reason, site: site)
            }
        }
    }

    private mutating func run(_ loop: Loop) throws(Halt) {
        let value = try evaluate(loop.list)
        guard case .list(let list) = value else {
            guard value.isTrue else { return try empty(loop) }
            return warn(.unfitting, loop.list.name, loop.site)
        }
        guard !list.isEmpty else { return try empty(loop) }
        turns.append(Turn(element: .missing, index: 0, count: list.count))
        for (index, element) in list.enumerated() {
            guard turnsLeft > 0 else {
                throw .limit(
                    "More than \(settings.limits.turns) turns of loops.", mend: "Loop over fewer: | first:20.",
                    site: loop.site)
            }
            turnsLeft -= 1
            try checkTime(loop.site)
            (turns[loop.depth].element, turns[loop.depth].index) = (element, index)
            try run(loop.body)
            try checkSize(site: loop.site)
        }
        turns.removeLast()
    }

    private mutating func empty(_ loop: Loop) throws(Halt) {
        guard loop.hasEmpty else { return warn(.emptyLoop, loop.list.name, loop.site) }
        try run(loop.empty)
    }

    mutating func warn(_ reason: TemplateWarning.Reason, _ subject: String, _ site: Int) {
        guard warnings.count < 100 else { return }
        let warning = TemplateWarning(reason: reason, subject: subject, position: position(site))
        // A loop says the same of each turn.
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    // MARK: Limits

    private mutating func checkTime(_ site: Int) throws(Halt) {
        stepsToClock -= 1
        guard stepsToClock < 0 else { return }
        try checkClock(site)
    }

    /// Looks at the clock; for what may take long by itself.
    mutating func checkClock(_ site: Int) throws(Halt) {
        stepsToClock = 64
        guard let clock = settings.clock, clock() - started > settings.limits.milliseconds else { return }
        throw .limit(
            "This takes more than \(settings.limits.milliseconds) ms.", mend: "Make loops shorter, or nest fewer.",
            site: site)
    }

    private func checkSize(site: Int?) throws(Halt) {
        guard output.count > settings.limits.bytes else { return }
        throw tooLong(site ?? -1)
    }

    func tooLong(_ site: Int) -> Halt {
        .limit(
            "The text is longer than \(settings.limits.bytes / 1024) KB.",
            mend: "Loop over fewer, or shorten with | truncate.",
            site: site)
    }
}
