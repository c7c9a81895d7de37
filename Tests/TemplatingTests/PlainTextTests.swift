import Templating
import Testing

/// A readable text is made of any HTML.
struct PlainTextTests {
    @Test(arguments: [
        ("<p>Hi  <b>Ana</b>,</p>\n<p>a<br>b</p>", "Hi Ana,\n\na\nb\n"),
        ("<h1>Order</h1><p>x</p><h2>Lines</h2>y", "Order\n=====\n\nx\n\nLines\n-----\n\ny\n"),
        ("<a href=\"https://shop.test/?a=1&amp;b=2\">Shop</a>!", "Shop (https://shop.test/?a=1&b=2)!\n"),
        (
            "<a href='https://shop.test'>https://shop.test</a> <a href=\"https://shop.test\">shop.test</a>",
            "https://shop.test shop.test\n"
        ),
        ("<a href=\"mailto:a@b.c\">a@b.c</a> <a href='#x'>up</a> <a>n</a>", "a@b.c up n\n"),
        ("<a href=\"https://x.test\"><img alt=\"Logo\"></a>", "Logo (https://x.test)\n"),
        (
            "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol><li>x<li>y</ol>z",
            "- a\n- b\n  - c\n\n1. x\n2. y\n\nz\n"
        ),
        (
            "<table><tr><th>Name</th><th>Price</th></tr><tr><td>Tea</td><td>€9.95</td></tr></table>after",
            "Name | Price\nTea | €9.95\nafter\n"
        ),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td><td></td><td>b</td></tr></table>", "a\nb\n"),
        ("<div style=\"display:none; max-height:0\">Pre<div>header</div></div><p>Seen</p>", "Seen\n"),
        ("<span hidden>x</span><span style='mso-hide:all'>y</span>&zwnj;&nbsp;&#847;z", "z\n"),
        ("<head><title>T</title><style>p{}</style></head><script>1<2</script>x", "x\n"),
        ("&lt;b&gt; &euro;5 &#8364; &#x20AC; &eacute;&nbsp;&hellip; &bogus; &amp", "<b> €5 € € é … &bogus; &\n"),
        ("<blockquote>a<br>b</blockquote>c", "> a\n> b\n\nc\n"), ("<pre>a  b\n c</pre>d", "a  b\n c\n\nd\n"),
        ("a<hr>b", "a\n\n---\n\nb\n"),
        ("<!-- c --><!--[if mso]>hidden<![endif]-->x<!doctype html>", "x\n"), ("", ""), ("<p>", ""),
        ("a < b > c", "a < b > c\n"), ("<a href=x", ""),
        ("<p>a<p>b<div>c</div>d", "a\n\nb\nc\nd\n"),
    ]) func `HTML becomes text`(html: String, expected: String) {
        #expect(PlainText(html: html).text == expected)
    }
}
