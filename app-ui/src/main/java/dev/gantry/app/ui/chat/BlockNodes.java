package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.markdown.Block;
import dev.gantry.app.chat.markdown.Span;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.Separator;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;

/// Makes nodes of Markdown blocks: words and lines only, so that nothing in a text is ever loaded, run or followed.
final class BlockNodes {
    private final Texts texts;
    private final Consumer<String> copy;
    private final Consumer<String> link;
    private final TextSelection selection;

    /// @param copy puts a text on the clipboard
    /// @param link is told of a link that was pressed
    /// @param selection of the column
    BlockNodes(Texts texts, Consumer<String> copy, Consumer<String> link, TextSelection selection) {
        this.texts = texts;
        this.selection = selection;
        this.copy = copy;
        this.link = link;
    }

    Region node(Block block) {
        return placed(
                block.place(),
                switch (block) {
                    case Block.Paragraph paragraph -> flow(paragraph.spans(), "paragraph");
                    case Block.Heading heading -> flow(heading.spans(), "h" + Math.min(heading.level(), 4));
                    case Block.Code code -> code(code);
                    case Block.Table table -> table(table);
                    case Block.Rule _ -> new Separator();
                });
    }

    /// Further in for lists and quotes, with the marker of an item before it.
    private static Region placed(Block.Place place, Region inside) {
        if (place.equals(Block.Place.TOP)) {
            return inside;
        }
        HBox row = new HBox();
        row.getStyleClass().add("placed");
        for (int i = 0; i < place.quotes(); i++) {
            Region bar = new Region();
            bar.getStyleClass().add("quote-bar");
            row.getChildren().add(bar);
        }
        for (int i = 1; i < place.depth(); i++) {
            row.getChildren().add(marker(""));
        }
        if (place.depth() > 0) {
            row.getChildren().add(marker(place.marker()));
        }
        HBox.setHgrow(inside, Priority.ALWAYS);
        inside.setMinWidth(0);
        row.getChildren().add(inside);
        return row;
    }

    private static Label marker(String text) {
        Label label = new Label(text);
        label.getStyleClass().add("marker");
        return label;
    }

    private TextFlow flow(List<Span> spans, String style) {
        TextFlow flow = new TextFlow();
        flow.getStyleClass().add(style);
        spans.forEach(span -> flow.getChildren().add(span.isLink() ? link(span) : text(span)));
        selection.watch(flow);
        return flow;
    }

    private static Text text(Span span) {
        Text text = new Text(span.text());
        text.getStyleClass().add("md");
        if (span.bold()) {
            text.getStyleClass().add("bold");
        }
        if (span.italic()) {
            text.getStyleClass().add("italic");
        }
        if (span.code()) {
            text.getStyleClass().add("code");
        }
        return text;
    }

    private Hyperlink link(Span span) {
        Hyperlink words = new Hyperlink(span.text());
        words.setAccessibleText(texts.format("chat.link", span.text(), span.link()));
        words.setTooltip(new Tooltip(span.link()));
        words.setOnAction(event -> link.accept(span.link()));
        return words;
    }

    private Region code(Block.Code code) {
        Text text = new Text(code.text());
        text.getStyleClass().addAll("md", "code");
        TextFlow lines = new TextFlow(text);
        lines.getStyleClass().add("code-lines");
        selection.watch(lines);
        VBox box = new VBox();
        box.getStyleClass().add("code-box");
        if (code.first()) {
            box.getStyleClass().add("first");
            box.getChildren().add(codeBar(code));
        }
        if (code.last()) {
            box.getStyleClass().add("last");
        }
        box.getChildren().add(lines);
        return box;
    }

    private Node codeBar(Block.Code code) {
        Label language = new Label(code.language());
        language.getStyleClass().addAll("small", "muted");
        Region space = new Region();
        HBox.setHgrow(space, Priority.ALWAYS);
        Button button = new Button(texts.get("chat.copy-code"), new IconView(Icon.COPY));
        button.getStyleClass().addAll("quiet", "small-button");
        button.setOnAction(event -> copy.accept(code.whole()));
        HBox bar = new HBox(language, space, button);
        bar.getStyleClass().add("code-bar");
        return bar;
    }

    private Region table(Block.Table table) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("md-table");
        for (int row = 0; row < table.rows().size(); row++) {
            List<List<Span>> cells = table.rows().get(row);
            for (int column = 0; column < cells.size(); column++) {
                TextFlow cell = flow(cells.get(column), row == 0 && table.headed() ? "head-cell" : "cell");
                GridPane.setHgrow(cell, Priority.SOMETIMES);
                grid.add(cell, column, row);
            }
        }
        return grid;
    }
}
