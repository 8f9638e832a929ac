package dev.gantry.app.chat.markdown;

import dev.gantry.app.chat.markdown.Block.Place;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.ThematicBreak;

/// Lays the tree of a document out as a flat list of blocks that know how far in they stand.
final class BlockCollector extends AbstractVisitor {
    private final List<Block> blocks = new ArrayList<>();
    private int depth;
    private int quotes;
    private String marker = "";
    private int nextNumber;

    List<Block> blocks() {
        return List.copyOf(blocks);
    }

    /// The place of the next block; it takes the marker of a list item that begins with it.
    private Place place() {
        Place place = new Place(depth, marker, quotes);
        marker = "";
        return place;
    }

    @Override
    public void visit(Paragraph paragraph) {
        addParagraph(SpanCollector.of(paragraph));
    }

    private void addParagraph(List<Span> spans) {
        Place place = place();
        for (List<Span> piece : LongText.pieces(spans)) {
            blocks.add(new Block.Paragraph(place, piece));
            place = place.withoutMarker();
        }
    }

    @Override
    public void visit(Heading heading) {
        blocks.add(new Block.Heading(place(), heading.getLevel(), SpanCollector.of(heading)));
    }

    @Override
    public void visit(FencedCodeBlock code) {
        String info = code.getInfo() == null ? "" : code.getInfo().strip();
        addCode(info.split("\\s", 2)[0], code.getLiteral());
    }

    @Override
    public void visit(IndentedCodeBlock code) {
        addCode("", code.getLiteral());
    }

    private void addCode(String language, String literal) {
        String whole = literal.endsWith("\n") ? literal.substring(0, literal.length() - 1) : literal;
        List<String> pieces = LongText.pieces(whole);
        Place place = place();
        for (int i = 0; i < pieces.size(); i++) {
            boolean last = i == pieces.size() - 1;
            blocks.add(new Block.Code(place, language, pieces.get(i), whole, i == 0, last));
            place = place.withoutMarker();
        }
    }

    /// HTML is shown as it is written.
    @Override
    public void visit(HtmlBlock html) {
        addParagraph(List.of(Span.plain(html.getLiteral())));
    }

    @Override
    public void visit(ThematicBreak rule) {
        blocks.add(new Block.Rule(place()));
    }

    @Override
    public void visit(BlockQuote quote) {
        quotes++;
        visitChildren(quote);
        quotes--;
    }

    @Override
    public void visit(BulletList list) {
        inList(list, -1);
    }

    @Override
    public void visit(OrderedList list) {
        Integer start = list.getMarkerStartNumber();
        inList(list, start == null ? 1 : start);
    }

    private void inList(Node list, int firstNumber) {
        int before = nextNumber;
        nextNumber = firstNumber;
        depth++;
        visitChildren(list);
        depth--;
        nextNumber = before;
    }

    @Override
    public void visit(ListItem item) {
        marker = nextNumber < 0 ? "•" : nextNumber + ".";
        nextNumber = nextNumber < 0 ? nextNumber : nextNumber + 1;
        if (item.getFirstChild() == null) {
            blocks.add(new Block.Paragraph(place(), List.of()));
        }
        visitChildren(item);
        marker = "";
    }

    @Override
    public void visit(CustomBlock block) {
        if (block instanceof TableBlock table) {
            addTable(table);
        } else {
            visitChildren(block);
        }
    }

    private void addTable(TableBlock table) {
        List<List<List<Span>>> rows = new ArrayList<>();
        for (Node part = table.getFirstChild(); part != null; part = part.getNext()) {
            for (Node row = part.getFirstChild(); row != null; row = row.getNext()) {
                if (row instanceof TableRow) {
                    rows.add(cells(row));
                }
            }
        }
        Place place = place();
        for (int from = 0; from < rows.size(); from += LongText.TABLE_ROWS) {
            int to = Math.min(rows.size(), from + LongText.TABLE_ROWS);
            blocks.add(new Block.Table(place, List.copyOf(rows.subList(from, to)), from == 0));
            place = place.withoutMarker();
        }
    }

    private static List<List<Span>> cells(Node row) {
        List<List<Span>> cells = new ArrayList<>();
        for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
            if (cell instanceof TableCell) {
                cells.add(SpanCollector.of(cell));
            }
        }
        return List.copyOf(cells);
    }
}
