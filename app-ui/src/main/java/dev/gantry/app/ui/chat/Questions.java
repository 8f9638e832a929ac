package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Message;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.zoo.catalog.ChatMessageEntry;
import dev.gantry.zoo.chat.ChatMessage.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/// What the user asks: in a draft, in other words, and once more.
final class Questions {
    private final Services services;
    private final ModelsToTalkTo models;
    private final Lanes lanes;
    private final Answers answers;
    private final Supplier<ChatSession> session;
    private final Consumer<List<Message>> keep;
    private final StringProperty draft = new SimpleStringProperty("");
    private final ReadOnlyObjectWrapper<@Nullable Message> editing = new ReadOnlyObjectWrapper<>();

    /// @param session the open chat
    /// @param keep keeps what was said
    Questions(
            Services services,
            ModelsToTalkTo models,
            Lanes lanes,
            Answers answers,
            Supplier<ChatSession> session,
            Consumer<List<Message>> keep) {
        this.services = services;
        this.models = models;
        this.lanes = lanes;
        this.answers = answers;
        this.session = session;
        this.keep = keep;
    }

    /// Takes over what is being written.
    void follow(Questions before) {
        draft.set(before.draft.get());
        editing.set(before.editing.get());
    }

    /// What the user is writing.
    StringProperty draftProperty() {
        return draft;
    }

    /// The question that the draft will replace; null when the draft is a new one.
    ReadOnlyObjectProperty<@Nullable Message> editingProperty() {
        return editing.getReadOnlyProperty();
    }

    private Conversation conversation() {
        return session.get().conversation();
    }

    /// Asks what the user has written.
    void send() {
        String text = draft.get().strip();
        if (text.isEmpty()
                || lanes.answeringProperty().get()
                || models.baseProperty().get() == null) {
            return;
        }
        if (text.length() > ChatMessageEntry.MAX_CHARACTERS) {
            services.notices().info(services.texts().format("chat.too-long", ChatMessageEntry.MAX_CHARACTERS));
            return;
        }
        Message replaced = editing.get();
        Map<Integer, Message> asked = new HashMap<>();
        for (LaneViewModel lane : lanes.all()) {
            int parent = replaced == null ? parentFor(lane) : replaced.parent();
            Message question =
                    asked.computeIfAbsent(parent, after -> conversation().add(after, Role.USER, text, null));
            session.get().nameAfter(question);
            lane.show(question.number());
        }
        editing.set(null);
        draft.set("");
        answers.draw(lanes.all(), 0);
        keep.accept(List.copyOf(asked.values()));
    }

    /// After a question that nobody answered comes another one in its place.
    private int parentFor(LaneViewModel lane) {
        int head = lane.head();
        if (head == Conversation.NONE || conversation().get(head).isAnswer()) {
            return head;
        }
        return conversation().get(head).parent();
    }

    /// Draws another answer to a question, beside those it has.
    ///
    /// @param message the question or one of its answers
    void askAgain(LaneViewModel lane, int message) {
        if (lane.answeringProperty().get() || models.baseProperty().get() == null) {
            return;
        }
        Message said = conversation().get(message);
        int question = said.isAnswer() ? said.parent() : message;
        lane.show(question);
        answers.draw(List.of(lane), conversation().following(question).size());
    }

    /// Puts a question into the draft to be asked in other words; the old one stays as another version.
    void edit(int message) {
        Message said = conversation().get(message);
        editing.set(said);
        draft.set(said.text());
    }

    /// Takes the last question of the first lane back into the draft.
    void editLast() {
        conversation().path(lanes.all().getFirst().head()).reversed().stream()
                .filter(message -> !message.isAnswer())
                .findFirst()
                .ifPresent(message -> edit(message.number()));
    }

    /// Another chat is open: the draft stays, but replaces nothing in it.
    void leave() {
        editing.set(null);
    }

    void cancelEdit() {
        editing.set(null);
        draft.set("");
    }
}
