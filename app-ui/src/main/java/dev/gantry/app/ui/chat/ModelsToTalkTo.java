package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.ChatEngine;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.library.Import;
import dev.gantry.app.library.Library;
import dev.gantry.app.ui.shell.Destination;
import dev.gantry.app.ui.shell.ScreenName;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.shell.WindowStatus;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The base models there are, the one that is talked to, and the voices it has.
final class ModelsToTalkTo {
    private final Services services;
    private final Texts texts;
    private final ChatEngine engine;
    private final VoiceShelf shelf;
    private final Library library;
    private final ObservableList<Base> bases = FXCollections.observableArrayList();
    private final ObservableList<Voice> voices = FXCollections.observableArrayList(Voice.BASE);
    private final ObjectProperty<@Nullable Base> base = new SimpleObjectProperty<>();
    private final ReadOnlyObjectWrapper<@Nullable GantryException> failure = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyBooleanWrapper read = new ReadOnlyBooleanWrapper();
    private final IntegerProperty contextTokens = new SimpleIntegerProperty();

    ModelsToTalkTo(Services services, ChatEngine engine) {
        this.services = services;
        this.texts = services.texts();
        this.engine = engine;
        this.library = new Library(services.home(), services.catalog(), services.clock());
        this.shelf = new VoiceShelf(services.home(), library);
        base.subscribe(this::chosen);
    }

    ObservableList<Base> bases() {
        return bases;
    }

    /// Who can answer through the base that is chosen; the base itself comes first.
    ObservableList<Voice> voices() {
        return voices;
    }

    /// The model that is talked to; null before one was chosen.
    ObjectProperty<@Nullable Base> baseProperty() {
        return base;
    }

    /// Why a model cannot be talked to; null when all is well.
    ReadOnlyObjectProperty<@Nullable GantryException> failureProperty() {
        return failure.getReadOnlyProperty();
    }

    /// Whether the models were looked for.
    ReadOnlyBooleanProperty readProperty() {
        return read.getReadOnlyProperty();
    }

    /// Most tokens of a conversation with the loaded model; 0 while none is.
    IntegerProperty contextTokensProperty() {
        return contextTokens;
    }

    /// Takes over what is known and chosen, and hears what becomes of a model that is being loaded.
    void follow(ModelsToTalkTo before) {
        bases.setAll(before.bases);
        read.set(before.read.get());
        base.set(before.base.get());
        voices.setAll(before.voices);
        before.contextTokens.subscribe(now -> contextTokens.set(now.intValue()));
        before.failure.subscribe(failure::set);
    }

    /// Looks for models again.
    ///
    /// @param wanted name or folder of the one to talk to, null to leave that as it is
    void refresh(@Nullable String wanted) {
        services.tasks()
                .task(texts.get("chat.reading"), progress -> shelf.bases())
                .onDone(found -> {
                    show(found);
                    if (wanted != null) {
                        choose(wanted);
                    }
                })
                .start();
    }

    private void show(List<Base> found) {
        Base now = base.get();
        List<Base> all = new ArrayList<>(found);
        if (now != null && !all.contains(now)) {
            all.add(now);
        }
        bases.setAll(all);
        base.set(now);
        read.set(true);
        if (now != null) {
            readVoices(now);
        }
    }

    /// Talks to the model of that name or folder, if there is one.
    void choose(String wanted) {
        bases.stream()
                .filter(known ->
                        known.name().equals(wanted) || known.folder().toString().equals(wanted))
                .findFirst()
                .ifPresent(base::set);
    }

    /// Talks to a model that may be in no catalog.
    void choose(Base wanted) {
        if (!bases.contains(wanted)) {
            bases.add(wanted);
        }
        base.set(wanted);
    }

    private void chosen(@Nullable Base now) {
        failure.set(null);
        if (now != null) {
            readVoices(now);
        }
    }

    private void readVoices(Base of) {
        services.tasks()
                .task(texts.get("chat.reading"), progress -> shelf.voices(of))
                .onDone(found -> {
                    if (of.equals(base.get())) {
                        voices.setAll(found);
                    }
                })
                .start();
    }

    /// Brings the chosen model into memory before the first question.
    void load() {
        Base wanted = base.get();
        if (wanted != null) {
            services.tasks()
                    .task(texts.format("chat.loading", wanted.name()), progress -> engine.load(wanted.folder()))
                    .onDone(context -> loaded(wanted, context))
                    .onFailed(failure::set)
                    .start();
        }
    }

    /// The model is in memory.
    void loaded(Base now, int context) {
        contextTokens.set(context);
        services.status()
                .modelProperty()
                .set(new WindowStatus.Pill(now.name(), new Destination.Front(ScreenName.CHAT)));
    }

    /// Takes the model out of memory; the next question brings it back.
    void eject() {
        services.tasks()
                .task(texts.get("chat.ejecting"), progress -> {
                    engine.eject();
                    return true;
                })
                .onDone(_ -> {
                    contextTokens.set(0);
                    services.status().modelProperty().set(null);
                })
                .start();
    }

    /// Talks to the model that comes with the program.
    void takeStarter() {
        services.tasks()
                .task(texts.format("chat.loading", Import.STARTER), progress -> {
                    library.ensureStarter();
                    return shelf.bases();
                })
                .onDone(found -> {
                    show(found);
                    choose(Import.STARTER);
                    load();
                })
                .onFailed(failure::set)
                .start();
    }

    boolean isStarter() {
        Base now = base.get();
        return now != null && now.name().equals(Import.STARTER);
    }

    /// What a voice is called.
    static String name(Voice voice, Base of) {
        return voice.isBase() ? of.name() : voice.name();
    }

    /// What the model that is talked to is called.
    String baseName() {
        Base now = base.get();
        return now == null ? texts.get("chat.voice.base") : now.name();
    }

    void add(Voice voice) {
        if (voices.stream().noneMatch(known -> Objects.equals(known.adapter(), voice.adapter()))) {
            voices.add(voice);
        }
    }
}
