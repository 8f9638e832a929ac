package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.Conversation;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.markdown.Block;
import dev.gantry.app.ui.task.BackgroundTask;
import dev.gantry.engine.GantryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.beans.property.FloatProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.SimpleFloatProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// One who answers, and the column of what was said between it and the user.
final class LaneViewModel {
    private final ChatSession session;
    private final ObjectProperty<Voice> voice = new SimpleObjectProperty<>(Voice.BASE);
    private final FloatProperty strength = new SimpleFloatProperty(1);
    private final ReadOnlyBooleanWrapper answering = new ReadOnlyBooleanWrapper();
    private final ObservableList<TranscriptRow> rows = FXCollections.observableArrayList();
    private final ReadOnlyIntegerWrapper head = new ReadOnlyIntegerWrapper(Conversation.NONE);
    /// Rows of the messages up to the head, without what is being drawn or failed.
    private int settled;
    private int writingFrom;
    private @Nullable BackgroundTask<?> task;

    LaneViewModel(ChatSession session) {
        this.session = session;
    }

    LaneViewModel(ChatSession session, Voice voice, float strength, int head) {
        this(session);
        this.voice.set(voice);
        this.strength.set(strength);
        show(head);
    }

    ObjectProperty<Voice> voiceProperty() {
        return voice;
    }

    FloatProperty strengthProperty() {
        return strength;
    }

    ReadOnlyBooleanProperty answeringProperty() {
        return answering.getReadOnlyProperty();
    }

    ObservableList<TranscriptRow> rows() {
        return rows;
    }

    /// The message the column ends with.
    int head() {
        return head.get();
    }

    ReadOnlyIntegerProperty headProperty() {
        return head.getReadOnlyProperty();
    }

    /// Whether both would answer alike.
    boolean isTwinOf(LaneViewModel other) {
        return voice.get().equals(other.voice.get())
                && (voice.get().isBase() || strength.get() == other.strength.get());
    }

    ChatSession session() {
        return session;
    }

    /// Shows the line of messages that ends with message `end`; one message more or less touches its rows only.
    void show(int end) {
        Conversation conversation = session.conversation();
        int before = head();
        int from = 0;
        List<TranscriptRow> fresh;
        if (end != Conversation.NONE && end == before) {
            from = settled;
            fresh = new ArrayList<>();
        } else if (before != Conversation.NONE
                && end != Conversation.NONE
                && conversation.get(end).parent() == before) {
            from = settled;
            fresh = session.rowsOf(end);
        } else if (before != Conversation.NONE
                && end != Conversation.NONE
                && conversation.get(before).parent() == end) {
            from = firstRowOf(before);
            fresh = new ArrayList<>();
        } else {
            fresh = session.rows(end);
        }
        head.set(end);
        settled = from + fresh.size();
        if (end != Conversation.NONE && !conversation.get(end).isAnswer() && !answering.get()) {
            fresh.add(new TranscriptRow.Unanswered(end));
        }
        replaceFrom(from, fresh);
    }

    private int firstRowOf(int message) {
        int row = settled;
        while (row > 0 && rows.get(row - 1).message() == message) {
            row--;
        }
        return row;
    }

    /// Shows one message again that has changed.
    void refresh(int message) {
        int from = 0;
        while (from < settled && rows.get(from).message() != message) {
            from++;
        }
        List<TranscriptRow> fresh = from == settled ? List.of() : session.rowsOf(message);
        for (int i = 0; i < fresh.size(); i++) {
            if (!rows.get(from + i).equals(fresh.get(i))) {
                rows.set(from + i, fresh.get(i));
            }
        }
    }

    /// An answer to the head begins.
    void begin(BackgroundTask<?> work) {
        task = work;
        answering.set(true);
        show(head());
        writingFrom = rows.size();
        write(List.of(), new TranscriptRow.Writing(0, 0));
    }

    /// The answer has grown.
    void write(List<Block> blocks, TranscriptRow.Writing progress) {
        if (answering.get()) {
            replaceFrom(writingFrom, TranscriptRows.writing(voice.get().name(), strength.get(), blocks, progress));
        }
    }

    /// The answer is there, and is message `end`.
    void finish(int end) {
        task = null;
        answering.set(false);
        show(end);
    }

    void fail(GantryException failure) {
        finish(head());
        rows.set(rows.size() - 1, new TranscriptRow.Failed(head(), failure));
    }

    void stop() {
        BackgroundTask<?> running = task;
        if (running != null) {
            running.cancel();
        }
    }

    ChatOptions.Lane toOptions() {
        Voice now = voice.get();
        return new ChatOptions.Lane(
                now.name(), now.adapter() == null ? null : now.adapter().toString(), strength.get(), head());
    }

    /// Puts `fresh` in place of the rows from `from` on, touching only those that differ.
    private void replaceFrom(int from, List<TranscriptRow> fresh) {
        int before = rows.size() - from;
        int same = 0;
        while (same < Math.min(before, fresh.size()) && rows.get(from + same).equals(fresh.get(same))) {
            same++;
        }
        int sameAtEnd = 0;
        while (sameAtEnd < Math.min(before, fresh.size()) - same
                && Objects.equals(rows.get(rows.size() - 1 - sameAtEnd), fresh.get(fresh.size() - 1 - sameAtEnd))) {
            sameAtEnd++;
        }
        int changed = Math.min(before, fresh.size()) - same - sameAtEnd;
        for (int i = 0; i < changed; i++) {
            rows.set(from + same + i, fresh.get(same + i));
        }
        int at = from + same + changed;
        if (before > fresh.size()) {
            rows.remove(at, rows.size() - sameAtEnd);
        } else if (before < fresh.size()) {
            rows.addAll(at, new ArrayList<>(fresh.subList(same + changed, fresh.size() - sameAtEnd)));
        }
    }
}
