package dev.gantry.app.ui.chat;

import dev.gantry.app.chat.RunBase;
import dev.gantry.app.chat.Voice;
import dev.gantry.app.chat.VoiceShelf;
import dev.gantry.app.chat.VoiceShelf.Base;
import dev.gantry.app.library.Library;
import dev.gantry.app.ui.shell.Services;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.GantryException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Others send the user here with a model, an adapter or a run.
final class Arrival {
    private final Services services;
    private final Texts texts;
    private final ChatViewModel chat;
    private final VoiceShelf shelf;

    /// What was found of what was named.
    private record Found(Base base, List<Voice> voices) {}

    Arrival(Services services, ChatViewModel chat) {
        this.services = services;
        this.texts = services.texts();
        this.chat = chat;
        this.shelf =
                new VoiceShelf(services.home(), new Library(services.home(), services.catalog(), services.clock()));
    }

    /// Begins a chat with a model.
    ///
    /// @param model the name of a model in the catalog or a model folder
    /// @param adapter an adapter folder or a run's, or null for the model alone
    void talkTo(String model, @Nullable Path adapter) {
        begin(() -> {
            Base base = base(model);
            return new Found(base, List.of(adapter == null ? Voice.BASE : voice(adapter)));
        });
    }

    /// Begins a chat in which the base of a run and what the run made of it answer side by side.
    void compare(Path run) {
        begin(() -> {
            String model = RunBase.of(run).map(RunBase::model).orElseThrow(() -> nothing(run));
            return new Found(base(model), List.of(Voice.BASE, voice(run)));
        });
    }

    private interface Search {
        Found run() throws IOException;
    }

    private void begin(Search search) {
        services.tasks()
                .task(texts.get("chat.reading"), progress -> search.run())
                .onDone(found -> {
                    chat.models().choose(found.base());
                    found.voices().forEach(chat.models()::add);
                    chat.begin(found.voices());
                    chat.models().load();
                })
                .start();
    }

    private Base base(String model) {
        return shelf.bases().stream()
                .filter(known ->
                        known.name().equals(model) || known.folder().toString().equals(model))
                .findFirst()
                .orElseGet(() -> Base.of(Path.of(model)));
    }

    private static Voice voice(Path adapter) throws IOException {
        return VoiceShelf.voice(adapter).orElseThrow(() -> nothing(adapter));
    }

    private static GantryException nothing(Path folder) {
        return GantryException.badInput(
                "CHAT-NO-ADAPTER",
                "cannot talk to " + folder.getFileName(),
                "there is no adapter in it yet",
                "Wait for its first checkpoint, or save one now. A run that trains the whole model makes a model folder"
                        + " of its own: add that under Models.");
    }
}
