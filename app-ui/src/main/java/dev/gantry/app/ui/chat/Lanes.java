package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.ChatOptions;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.ui.shell.Services;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;

/// Those who answer, side by side.
final class Lanes {
    /// Columns side by side.
    static final int MOST = 3;

    private final Services services;
    private final ChatEngine engine;
    private final ModelsToTalkTo models;
    private final ObservableList<LaneViewModel> all =
            FXCollections.observableArrayList(lane -> new Observable[] {lane.answeringProperty(), lane.headProperty()});
    private final BooleanBinding answering = Bindings.createBooleanBinding(
            () -> all.stream().anyMatch(lane -> lane.answeringProperty().get()), all);

    /// @param begun those who answer at first, at least one
    Lanes(Services services, ChatEngine engine, ModelsToTalkTo models, List<LaneViewModel> begun) {
        this.services = services;
        this.engine = engine;
        this.models = models;
        all.addAll(begun);
        all.addListener(this::changed);
    }

    /// In the order of their columns; never empty.
    ObservableList<LaneViewModel> all() {
        return all;
    }

    /// Whether an answer is being drawn.
    BooleanBinding answeringProperty() {
        return answering;
    }

    /// What a column held that is no more is freed.
    private void changed(ListChangeListener.Change<? extends LaneViewModel> change) {
        int gone = 0;
        while (change.next()) {
            gone += change.getRemovedSize() - change.getAddedSize();
        }
        int left = all.size();
        if (gone > 0) {
            services.tasks()
                    .task(services.texts().get("chat.closing-lane"), progress -> {
                        engine.retire(left);
                        return true;
                    })
                    .start();
        }
    }

    void stop() {
        all.forEach(LaneViewModel::stop);
    }

    /// Shows a chat as it was left.
    ///
    /// @param heads where each lane stands
    void show(ChatSession session, List<ChatOptions.Lane> left, ToIntFunction<ChatOptions.Lane> heads) {
        all.setAll(left.stream()
                .limit(MOST)
                .map(lane -> new LaneViewModel(
                        session, Voice.of(lane.voice(), lane.adapter()), lane.strength(), heads.applyAsInt(lane)))
                .toList());
    }

    /// Another column that answers the same questions, with a voice that is not there yet where there is one.
    void add() {
        if (all.size() == MOST || answering.get()) {
            return;
        }
        Set<Voice> used = all.stream().map(lane -> lane.voiceProperty().get()).collect(Collectors.toSet());
        Voice voice = models.voices().stream()
                .filter(known -> !used.contains(known))
                .findFirst()
                .orElse(Voice.BASE);
        LaneViewModel first = all.getFirst();
        all.add(new LaneViewModel(first.session(), voice, 1, first.head()));
    }

    /// Sees to it that at least two answer.
    void besides() {
        if (all.size() == 1) {
            add();
        }
    }

    /// Takes a column away; what was said in it stays among the versions.
    void remove(LaneViewModel lane) {
        if (all.size() > 1 && !answering.get()) {
            all.remove(lane);
        }
    }

    List<ChatOptions.Lane> toOptions() {
        return all.stream().map(LaneViewModel::toOptions).toList();
    }
}
