package dev.gantry.app.ui.serve;

import dev.gantry.app.serving.ServeEvent.Answered;
import dev.gantry.app.ui.text.Texts;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;

/// What a row says of a request; never what was said in it.
final class RequestColumns {
    /// Shares of the width.
    private static final double SHORT = 100;

    private static final double LONG = 220;

    private final Texts texts;
    private final DateTimeFormatter clock;

    RequestColumns(Texts texts) {
        this.texts = texts;
        this.clock = DateTimeFormatter.ofLocalizedTime(FormatStyle.MEDIUM)
                .withLocale(texts.locale())
                .withZone(ZoneId.systemDefault());
    }

    void fill(TableView<Answered> table) {
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_ALL_COLUMNS);
        table.setPlaceholder(new Label(texts.get("serve.requests.none")));
        table.getColumns().add(column("time", SHORT, one -> clock.format(one.t())));
        table.getColumns().add(column("path", LONG, one -> one.method() + " " + one.path()));
        table.getColumns().add(column("status", LONG, this::status));
        table.getColumns().add(column("model", LONG, Answered::model));
        table.getColumns()
                .add(column(
                        "tokens",
                        SHORT,
                        one -> one.newTokens() == 0
                                ? ""
                                : texts.format("serve.requests.of", one.promptTokens(), one.newTokens())));
        table.getColumns()
                .add(column(
                        "speed",
                        SHORT,
                        one -> one.newTokens() == 0 ? "" : texts.numbers().decimal(one.tokensPerSecond(), 1)));
    }

    /// The code, with a word where it means that no answer was given.
    private String status(Answered one) {
        String key = "serve.status." + one.status();
        return one.failed() && texts.has(key) ? one.status() + " · " + texts.get(key) : String.valueOf(one.status());
    }

    private TableColumn<Answered, String> column(String name, double share, Function<Answered, String> words) {
        TableColumn<Answered, String> column = new TableColumn<>(texts.get("serve.requests." + name));
        column.setPrefWidth(share);
        column.setSortable(false);
        column.setCellValueFactory(row -> new ReadOnlyStringWrapper(words.apply(row.getValue())));
        return column;
    }
}
