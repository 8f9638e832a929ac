package dev.gantry.app.chat.markdown;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;

/// Collects what stands inside of a paragraph.
final class SpanCollector extends AbstractVisitor {
    /// Deeper marks than this change nothing: nobody reads them, and a hostile text has thousands.
    private static final int DEEPEST = 40;

    private final List<Span> spans = new ArrayList<>();
    private Span look = Span.plain("");
    private int depth;

    private SpanCollector() {}

    static List<Span> of(Node parent) {
        SpanCollector collector = new SpanCollector();
        collector.visitChildren(parent);
        return List.copyOf(collector.spans);
    }

    private void add(String text, Span style) {
        Span span = style.withText(text);
        if (!spans.isEmpty() && spans.getLast().looksLike(span)) {
            spans.set(spans.size() - 1, span.withText(spans.getLast().text() + text));
        } else if (!text.isEmpty()) {
            spans.add(span);
        }
    }

    private void inside(Node node, Span style) {
        Span before = look;
        look = style;
        if (depth < DEEPEST) {
            depth++;
            visitChildren(node);
            depth--;
        } else {
            textsOf(node);
        }
        look = before;
    }

    /// Every text under `top`, without recursion.
    private void textsOf(Node top) {
        Node node = top.getFirstChild();
        while (node != null) {
            if (node instanceof Text text) {
                add(text.getLiteral(), look);
            }
            Node next = node.getFirstChild();
            while (next == null && node != null && !node.equals(top)) {
                next = node.getNext();
                node = next == null ? node.getParent() : node;
            }
            node = next;
        }
    }

    @Override
    public void visit(Text text) {
        add(text.getLiteral(), look);
    }

    @Override
    public void visit(Code code) {
        add(code.getLiteral(), new Span("", look.bold(), look.italic(), true, false, look.link()));
    }

    @Override
    public void visit(Emphasis emphasis) {
        inside(emphasis, new Span("", look.bold(), true, look.code(), look.struck(), look.link()));
    }

    @Override
    public void visit(StrongEmphasis emphasis) {
        inside(emphasis, new Span("", true, look.italic(), look.code(), look.struck(), look.link()));
    }

    @Override
    public void visit(Link link) {
        inside(link, linked(link.getDestination()));
    }

    /// A picture is never fetched: its description stands for it and leads where it is.
    @Override
    public void visit(Image image) {
        if (image.getFirstChild() == null) {
            add(image.getDestination(), linked(image.getDestination()));
        } else {
            inside(image, linked(image.getDestination()));
        }
    }

    private Span linked(String destination) {
        return new Span("", look.bold(), look.italic(), look.code(), look.struck(), destination);
    }

    @Override
    public void visit(HtmlInline html) {
        add(html.getLiteral(), look);
    }

    /// A model that begins a new line means one.
    @Override
    public void visit(SoftLineBreak lineBreak) {
        add("\n", look);
    }

    @Override
    public void visit(HardLineBreak lineBreak) {
        add("\n", look);
    }
}
