package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.AnswerFacts;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Rating;
import dev.gantry.app.ui.chat.TranscriptRow.Version;
import dev.gantry.app.ui.control.ErrorCard;
import dev.gantry.app.ui.look.Icon;
import dev.gantry.app.ui.look.IconView;
import dev.gantry.app.ui.shell.Choice;
import dev.gantry.app.ui.shell.Question;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import java.util.List;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;
import org.jspecify.annotations.Nullable;

/// Makes the nodes of rows, with what can be done about each message.
final class TranscriptNodes {
    private final Services services;
    private final Texts texts;
    private final ChatViewModel chat;
    private final ChatActions actions;
    private final LaneViewModel lane;
    private final BlockNodes blocks;
    private final ChatWords words;
    private final TextSelection selection = new TextSelection();
    private final IntegerProperty active = new SimpleIntegerProperty(Conversation.NONE);

    TranscriptNodes(ChatViewModel chat, ChatActions actions, LaneViewModel lane) {
        this.services = chat.services();
        this.texts = services.texts();
        this.chat = chat;
        this.actions = actions;
        this.lane = lane;
        this.blocks = new BlockNodes(texts, actions.files()::copy, this::askAbout, selection);
        this.words = new ChatWords(texts);
    }

    /// Lets parts of the column `list` be copied.
    void copyFrom(ListView<TranscriptRow> list) {
        new TranscriptCopy(texts, actions.files(), selection, list).install();
    }

    /// The message that somebody points to or has selected.
    IntegerProperty activeProperty() {
        return active;
    }

    Region node(TranscriptRow row) {
        return switch (row) {
            case TranscriptRow.Question question -> question(question);
            case TranscriptRow.AnswerHead head -> head(head);
            case TranscriptRow.AnswerBlock answer -> blocks.node(answer.block());
            case TranscriptRow.AnswerFoot foot -> answerFoot(foot);
            case TranscriptRow.Writing writing -> writing(writing);
            case TranscriptRow.Unanswered unanswered -> unanswered(unanswered);
            case TranscriptRow.Failed failed -> failed(failed);
        };
    }

    /// A row as somebody hears it.
    String words(TranscriptRow row) {
        return switch (row) {
            case TranscriptRow.Question question -> texts.get("chat.role.user") + ": " + question.text();
            case TranscriptRow.AnswerHead head -> voice(head.voice(), head.strength());
            case TranscriptRow.AnswerBlock answer -> answer.block().text();
            case TranscriptRow.AnswerFoot foot -> words.facts(foot.facts());
            case TranscriptRow.Writing writing -> words.writing(writing);
            case TranscriptRow.Unanswered _ -> texts.get("chat.unanswered");
            case TranscriptRow.Failed failed -> texts.sentence(failed.failure().what());
        };
    }

    private Region question(TranscriptRow.Question question) {
        Text text = new Text(question.text());
        text.getStyleClass().add("md");
        TextFlow bubble = new TextFlow(text);
        bubble.getStyleClass().add("bubble");
        selection.watch(bubble);
        if (question.first()) {
            bubble.getStyleClass().add("first");
        }
        MessageBar bar = new MessageBar(() -> question.last() ? questionButtons(question.message()) : List.of());
        bar.setAlignment(Pos.BOTTOM_RIGHT);
        if (question.last()) {
            bubble.getStyleClass().add("last");
            addVersions(bar, question.message(), question.version());
        }
        return new QuestionRow(bar, bubble);
    }

    private List<Node> questionButtons(int message) {
        return List.of(
                button(Icon.EDIT, "chat.edit", () -> actions.edit(message)),
                button(Icon.COPY, "chat.copy", () -> actions.files().copy(message)));
    }

    private Region head(TranscriptRow.AnswerHead head) {
        Label name = new Label(voice(head.voice(), head.strength()));
        name.getStyleClass().addAll("strong", "answer-head");
        return name;
    }

    private String voice(String name, float strength) {
        String called = name.isEmpty() ? chat.models().baseName() : name;
        return name.isEmpty() || strength == 1
                ? called
                : texts.format("chat.at-strength", called, texts.numbers().decimal(strength, 2));
    }

    private Region answerFoot(TranscriptRow.AnswerFoot foot) {
        MessageBar row = new MessageBar(() -> List.of(
                thumb(Icon.THUMB_UP, "chat.like", foot, Rating.UP),
                thumb(Icon.THUMB_DOWN, "chat.dislike", foot, Rating.DOWN),
                button(Icon.COPY, "chat.copy", () -> actions.files().copy(foot.message())),
                button(Icon.REFRESH, "chat.regenerate", () -> chat.questions().askAgain(lane, foot.message())),
                button(Icon.BRANCH, "chat.branch", () -> chat.branch(foot.message()))));
        row.setAlignment(Pos.CENTER_LEFT);
        addVersions(row, foot.message(), foot.version());
        AnswerFacts facts = foot.facts();
        if (facts != null) {
            Label figures = new Label(words.facts(facts), mark(foot.rating()));
            figures.getStyleClass().addAll("small", "muted", "figures");
            figures.setWrapText(true);
            row.getChildren().add(figures);
            row.explain(figures, words.details(facts));
        }
        return row;
    }

    /// A thumb that was given can be seen without turning to the answer.
    private static @Nullable IconView mark(Rating rating) {
        return switch (rating) {
            case NONE -> null;
            case UP -> new IconView(Icon.THUMB_UP);
            case DOWN -> new IconView(Icon.THUMB_DOWN);
        };
    }

    private ToggleButton thumb(Icon icon, String key, TranscriptRow.AnswerFoot foot, Rating rating) {
        ToggleButton button = new ToggleButton(texts.get(key), new IconView(icon));
        button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        button.getStyleClass().addAll("icon-only", "quiet-toggle", "small-button");
        button.setSelected(foot.rating() == rating);
        button.setTooltip(new Tooltip(texts.get(key)));
        button.setAccessibleHelp(texts.get(key + ".help"));
        button.setOnAction(event -> actions.verdicts().rate(foot.message(), rating));
        return button;
    }

    /// The versions of a message, when there are several.
    private void addVersions(MessageBar row, int message, Version version) {
        if (version.count() > 1) {
            Button before = button(Icon.CHEVRON_LEFT, "chat.version.before", () -> show(message, -1));
            before.setDisable(version.index() == 0);
            Button after = button(Icon.CHEVRON_RIGHT, "chat.version.after", () -> show(message, 1));
            after.setDisable(version.index() == version.count() - 1);
            Label place = new Label(texts.format("chat.version", version.index() + 1, version.count()));
            place.getStyleClass().addAll("small", "muted");
            row.getChildren().add(new HBox(before, centred(place), after));
        }
    }

    private static Node centred(Label label) {
        label.setMaxHeight(Double.MAX_VALUE);
        return label;
    }

    private void show(int message, int by) {
        chat.showVersion(lane, message, by);
    }

    private Region writing(TranscriptRow.Writing writing) {
        ProgressBar bar = new ProgressBar();
        bar.setAccessibleText(texts.get("chat.writing"));
        Label progress = new Label(words.writing(writing));
        progress.getStyleClass().addAll("small", "muted");
        HBox row = new HBox(bar, progress);
        row.getStyleClass().add("writing");
        return row;
    }

    private Region unanswered(TranscriptRow.Unanswered row) {
        Button ask = new Button(texts.get("chat.answer-now"), new IconView(Icon.PLAY));
        ask.setOnAction(event -> chat.questions().askAgain(lane, row.message()));
        Label words = new Label(texts.get("chat.unanswered"));
        words.getStyleClass().add("muted");
        FlowPane line = new FlowPane(words, ask);
        line.getStyleClass().add("message-bar");
        return line;
    }

    private Region failed(TranscriptRow.Failed row) {
        Choice again =
                new Choice(texts.get("chat.again"), () -> chat.questions().askAgain(lane, row.message()));
        return new ErrorCard(texts, row.failure(), List.of(again), services.host()::copy);
    }

    private Button button(Icon icon, String key, Runnable action) {
        Button button = new Button(texts.get(key), new IconView(icon));
        button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        button.getStyleClass().addAll("quiet", "icon-only", "small-button");
        button.setTooltip(new Tooltip(texts.get(key)));
        button.setOnAction(event -> action.run());
        return button;
    }

    /// A link leads nowhere by itself: the user sees where it points and may take the address along.
    private void askAbout(@Nullable String address) {
        String shown = String.valueOf(address);
        services.notices()
                .ask(new Question(
                        texts.get("chat.link.title"),
                        texts.format("chat.link.text", shown),
                        List.of(new Choice(
                                texts.get("chat.link.copy"),
                                () -> actions.files().copy(shown)))));
    }
}
