import Domain
import Platform

/// What a tree comes to while it is built, as its view takes it; or what is wrong with it.
struct PreviewModel: Sendable {
    struct Flaw: Sendable {
        /// Where it is in the tree.
        var pointer: String
        var code: String
        var text: String
    }

    struct Page: Sendable {
        var shell: ShellModel
        var preview: PreviewModel
    }

    var hasFlaws: Bool
    var flaws: [Flaw]
    /// Whether nothing is wrong but that something is not filled in yet.
    var isUnfinished: Bool
    var isSound: Bool
    var words: String
    var figures: SegmentFigures?
    var hasSample: Bool
    var sample: [PersonRow]
    var sampleNote: String

    static func flawed(_ faults: [Fault]) -> PreviewModel {
        PreviewModel(
            hasFlaws: true, flaws: faults.map { Flaw(pointer: $0.pointer, code: $0.code, text: $0.detail) },
            isUnfinished: faults.allSatisfy { $0.code == "required" }, isSound: false, words: "", hasSample: false,
            sample: [], sampleNote: ""
        )
    }

    init(
        hasFlaws: Bool, flaws: [Flaw], isUnfinished: Bool, isSound: Bool, words: String,
        figures: SegmentFigures? = nil, hasSample: Bool, sample: [PersonRow], sampleNote: String
    ) {
        (self.hasFlaws, self.flaws, self.isUnfinished, self.isSound) = (hasFlaws, flaws, isUnfinished, isSound)
        (self.words, self.figures, self.hasSample) = (words, figures, hasSample)
        (self.sample, self.sampleNote) = (sample, sampleNote)
    }

    init(_ preview: SegmentService.Preview, _ condition: Condition, _ maker: SegmentMaker) {
        self.init(
            hasFlaws: false, flaws: [], isUnfinished: false, isSound: true, words: maker.words(condition),
            figures: maker.figures(preview), hasSample: !preview.sample.isEmpty,
            sample: preview.sample.map(maker.person),
            sampleNote: preview.count > Int64(preview.sample.count)
                ? "\(PageFormat.count(preview.sample.count)) of \(PageFormat.count(preview.count))" : ""
        )
    }
}
