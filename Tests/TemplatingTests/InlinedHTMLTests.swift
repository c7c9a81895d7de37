import Templating
import TestSupport
import Testing

/// Rules of style sheets are written into the elements that they are for.
struct InlinedHTMLTests {
    @Test(arguments: [
        ("p{color:red}", "<p>a</p>", "<p style=\"color:red\">a</p>"),
        (
            ".a{color:red} p.b{margin:0}", "<p class=\"a b\">a</p>",
            "<p style=\"color:red;margin:0\" class=\"a b\">a</p>"
        ),
        (
            "#x{color:blue} .a{color:red} p{color:green;padding:0}", "<p id=x class='a'>",
            "<p style=\"padding:0;color:blue\" id=x class='a'>"
        ),
        (
            "td b, th{color:red}", "<td><b>x</b></td><b>y</b><th>",
            "<td><b style=\"color:red\">x</b></td><b>y</b><th style=\"color:red\">"
        ),
        ("table.t td b{x:1}", "<table class=t><tr><td><i><b>", "<table class=t><tr><td><i><b style=\"x:1\">"),
        (
            "p{color:red;margin:0 !important}", "<p style=\"color:blue; margin:1px\">",
            "<p style=\"color:blue;margin:0\">"
        ),
        ("p{margin-left:1px} p{margin:0}", "<p>", "<p style=\"margin-left:1px;margin:0\">"),
        ("p{color:red} p{color:blue}", "<P CLASS=x>", "<P style=\"color:blue\" CLASS=x>"),
        ("*{x:1}", "<br/>", "<br style=\"x:1\"/>"),
        ("p{font-family:\"A B\"}", "<p>", "<p style=\"font-family:&quot;A B&quot;\">"),
        ("p{background:url(a;b)}/* c } */ b{x:1}", "<p><b>", "<p style=\"background:url(a;b)\"><b style=\"x:1\">"),
        ("p{x:1}", "<p class=a style='y:2' id=b>", "<p class=a style=\"x:1;y:2\" id=b>"),
        ("p{x:1}", "<p style=y:2>", "<p style=\"x:1;y:2\">"),
        ("p{x:1}", "<p style='style:2'>", "<p style=\"x:1;style:2\">"),
    ]) func `by weight, then by order`(css: String, html: String, expected: String) {
        #expect(InlinedHTML("<style>\(css)</style>\(html)").html == "<style></style>\(expected)")
    }

    @Test(arguments: [
        ("@media (max-width:600px){p{x:1} .b{y:2}}", "@media (max-width:600px) { p{x:1} .b{y:2} }"),
        ("a:hover{x:1}", "a:hover { x:1 }"),
        ("td > b{x:1}", "td > b { x:1 }"), ("@import url(x);", "@import url(x);"), ("p[a]{x:1}", "p[a] { x:1 }"),
    ]) func `what can't be written in stays`(css: String, rest: String) {
        #expect(InlinedHTML("<style>\(css)</style><p>").html == "<style>\n\(rest)\n</style><p>")
    }

    @Test func `what has no style sheet stays as it is`() {
        let html = "<p class=a>x < y</p><!-- <style>p{}</style> -->"
        #expect(InlinedHTML(html).html == html)
        let media = "<style media=\"print\">p{x:1}</style><p>"
        #expect(InlinedHTML(media).html == media)
    }

    @Test(arguments: UInt64(1)...4) func `any bytes are taken, and tags stay what they are`(seed: UInt64) {
        var chance = Chance(seed: seed &+ 3000)
        for _ in 0..<100 {
            var writer = TemplateWriter(chance: chance)
            var bytes = Array("<style>p{x:1} .x{y:\"2\"} td a{z:3}</style>\(writer.html())".utf8)
            chance = writer.chance
            for _ in 0..<chance.int(0...3) {
                bytes[chance.int(0...bytes.count - 1)] = chance.pick(Array("{}<>\"'=/ s;:".utf8))
            }
            let html = String(decoding: bytes, as: UTF8.self)
            let (before, after) = (PlainText(html: html).text, PlainText(html: InlinedHTML(html).html).text)
            #expect(before == after, "\(html)\n\(InlinedHTML(html).html)")
        }
    }
}
