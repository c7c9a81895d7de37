import Templating
import Testing

/// A value is made safe for the place in the HTML that it stands in.
struct HTMLTests {
    private static let values: TemplateFields = [
        "evil": "<b>\"x\" & 'y'</b>-->", "js": " JavaScript:alert(1)", "tab": "java\tscript:alert(1)",
        "data": "data:text/html,<b>",
        "web": "HTTPS://shop.test/a b?x=1&y='é'#f", "mail": "mailto:a@b.c", "rel": "/p?q=1", "word": "a b&c/d",
        "color": "#fa0, red",
        "css": "red;}body{display:none", "lines": "a\n<b>\r\nc", "enc": "a%20b%zz", "empty": "", "host": "javascript",
        "num": 5, "yes": true, "list": [1],
    ]

    private func html(_ text: String) throws -> String {
        try Template(text, as: .html).render(Self.values, noon).text
    }

    @Test(arguments: [
        ("<p>{{ evil }}</p>", "<p>&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;--&gt;</p>"),
        ("<p title=\"{{ evil }}\">", "<p title=\"&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;--&gt;\">"),
        ("<p title='a {{ evil }}'>", "<p title='a &lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;--&gt;'>"),
        ("<!-- {{ evil }} -->", "<!-- &lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;&#45;&#45;&gt; -->"),
        ("<title>{{ evil }}</title>", "<title>&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;--&gt;</title>"),
        ("<a href=\"{{ web }}\">", "<a href=\"HTTPS://shop.test/a%20b?x=1&amp;y=%27%C3%A9%27#f\">"),
        ("<a href=\"{{ js }}\">", "<a href=\"#\">"), ("<a href='{{ tab }}'>", "<a href='#'>"),
        ("<img src=\"{{ data }}\">", "<img src=\"#\">"),
        ("<a href=\" {{ js }}\">", "<a href=\" #\">"),
        ("<a href=\"{{ mail }}\">", "<a href=\"mailto:a@b.c\">"), ("<a href=\"{{ rel }}\">", "<a href=\"/p?q=1\">"),
        ("<a href=\"https://shop.test/{{ word }}\">", "<a href=\"https://shop.test/a%20b&amp;c/d\">"),
        ("<a href=\"https://shop.test/?q={{ word }}\">", "<a href=\"https://shop.test/?q=a%20b%26c%2Fd\">"),
        ("<a href=\"https://shop.test/?q={{ word | url }}\">", "<a href=\"https://shop.test/?q=a%20b%26c%2Fd\">"),
        ("<a href=\"https://shop.test/{{ enc }}\">", "<a href=\"https://shop.test/a%20b%25zz\">"),
        (
            "<a href=\"mailto:{{ word }}?subject={{ word }}\">",
            "<a href=\"mailto:a%20b%26c%2Fd?subject=a%20b%26c%2Fd\">"
        ),
        ("<a href=\"{{ empty }}{{ js }}\">", "<a href=\"%20JavaScript%3Aalert(1)\">"),
        ("<a href=\"java{{ js }}\">", "<a href=\"java%20JavaScript%3Aalert(1)\">"),
        ("<a href=\"{{ host }}/x\">", "<a href=\"javascript/x\">"),
        (
            "<a href=\"{% if yes %}https://a.test/{% else %}/b?{% endif %}{{ word }}\">",
            "<a href=\"https://a.test/a%20b%26c%2Fd\">"
        ),
        (
            "<a href=\"{% if yes %}https://a.test/{% else %}http://b.test/{% endif %}{{ word }}\">",
            "<a href=\"https://a.test/a%20b&amp;c/d\">"
        ),
        ("<p style=\"color: {{ color }}\">", "<p style=\"color: #fa0, red\">"),
        ("<p style=\"color: {{ css }}\">", "<p style=\"color: \">"),
        ("<style>p { width: {{ num }}px; color: {{ css }} }</style>", "<style>p { width: 5px; color:  }</style>"),
        ("<p>{{ lines | breaks }}</p>", "<p>a<br>\n&lt;b&gt;\r<br>\nc</p>"),
        ("<!--[if mso]><a href=\"{{ js }}\">{{ num }}</a><![endif]-->", "<!--[if mso]><a href=\"#\">5</a><![endif]-->"),
        ("<option {% if yes %}selected{% endif %} value=\"{{ num }}\">", "<option selected value=\"5\">"),
        ("<td{% if yes %} class=\"a{{ num }}\"{% endif %}>{{ num }}</td>", "<td class=\"a5\">5</td>"),
        (
            "<img srcset=\"{{ web }} 1x, {{ js }} 2x\">",
            "<img srcset=\"HTTPS://shop.test/a%20b?x=1&amp;y=%27%C3%A9%27#f 1x, # 2x\">"
        ),
        (
            "<table>{% for x in list %}<tr><td class=\"a\">{{ x }}</td></tr>{% endfor %}</table>",
            "<table><tr><td class=\"a\">1</td></tr></table>"
        ),
        ("<textarea></p>{{ num }}</textarea>{{ num }}", "<textarea></p>5</textarea>5"), ("1 < 2 {{ num }}", "1 < 2 5"),
        ("<!doctype html><p>{{ num }}", "<!doctype html><p>5"),
        ("<script>if (a<b) x = '</p>'</script>{{ num }}", "<script>if (a<b) x = '</p>'</script>5"),
    ]) func `values stay what they are`(template: String, expected: String) throws {
        #expect(try html(template) == expected)
    }

    @Test(arguments: [
        ("<script>x = {{ num }}</script>", "in a script"), ("<p onclick=\"x({{ num }})\">", "in a script"),
        ("<p class={{ num }}>", "no quotes"),
        ("<p class=a{{ num }}>", "no quotes"), ("<{{ num }}>", "in a tag itself"), ("<p {{ num }}>", "in a tag itself"),
        ("<p {{ num }}=\"1\">", "in a tag itself"), ("<p a{{ num }}>", "in a tag itself"),
        ("<p", "tag of the HTML has no end"),
        ("<a href=\"x", "tag of the HTML has no end"), ("<!-- x", "comment of the HTML has no end"),
        ("<title>x", "element title has no end"),
        ("<a href=\"javascript:{{ num }}\">", "begins with javascript:"),
        ("<a href=\"{{ num }}:x\">", "scheme of an address"),
        ("<svg><a href=\"{{ num }}\"></svg>", "svg or math"), ("<iframe srcdoc=\"{{ num }}\">", "attribute srcdoc"),
        ("<meta content=\"{{ num }}\">", "attribute content"), ("<base href=\"{{ num }}\">", "attribute href"),
        ("<p data-{% if yes %}a{% else %}b{% endif %}=\"{{ num }}\">", "name of the attribute"),
        ("{% if yes %}<p title=\"{% endif %}{{ num }}", "different places"),
        ("{% for x in num %}<p title=\"{% endfor %}", "another place"),
        ("{% if yes %}<script>{% endif %}{{ num }}", "different places"),
        ("<p title=\"{{ num | breaks }}\">", "breaks has a meaning only"),
    ]) func `values that can't be made safe are refused when the template is read`(template: String, message: String) {
        let found = faults(template, .html)
        #expect(found.contains { $0.message.contains(message) }, "\(found.map(\.description))")
    }

    @Test func `a refused link or style is warned about`() throws {
        let rendering = try Template("<a href=\"{{ js }}\" style=\"{{ css }}\">", as: .html).render(Self.values, noon)
        #expect(rendering.warnings.map(\.reason) == [.refusedLink, .refusedStyle])
    }
}
