package dev.gantry.app.chat;

import dev.gantry.app.library.Library;
import dev.gantry.app.library.RunResult;
import dev.gantry.app.library.Shelf;
import dev.gantry.app.run.Runs;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.zoo.catalog.AdapterEntry;
import dev.gantry.zoo.catalog.GantryHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which models there are to talk to, and who answers through each. Calls wait for the disk.
public final class VoiceShelf {
    private final GantryHome home;
    private final Library library;

    public VoiceShelf(GantryHome home, Library library) {
        this.home = home;
        this.library = library;
    }

    /// A model to talk to.
    ///
    /// @param name in the catalog, or the folder where it is in none
    public record Base(String name, Path folder) {
        /// A model that is in no catalog.
        public static Base of(Path folder) {
            return new Base(folder.toString(), folder);
        }
    }

    /// The models of the catalog whose folder is there.
    public List<Base> bases() {
        return library.shelf().models().stream()
                .filter(item -> item.state() == Shelf.State.READY)
                .map(item -> new Base(item.entry().name(), item.entry().folder()))
                .toList();
    }

    /// The base itself, its imported adapters, and the newest or best checkpoint of each run that adapted it.
    public List<Voice> voices(Base base) throws IOException {
        List<Voice> voices = new ArrayList<>(List.of(Voice.BASE));
        Shelf shelf = library.shelf();
        for (Shelf.Item item : shelf.models()) {
            if (item.entry().folder().equals(base.folder())) {
                for (AdapterEntry adapter : shelf.adaptersOf(item.entry())) {
                    if (Files.isDirectory(adapter.folder())) {
                        voices.add(new Voice(adapter.name(), adapter.folder()));
                    }
                }
            }
        }
        for (Path run : Runs.of(home).folders().reversed()) {
            Optional<RunBase> tuned = RunBase.of(run);
            if (tuned.isPresent() && tuned.get().isOn(base)) {
                adapterOf(run).map(folder -> new Voice(name(run), folder)).ifPresent(voices::add);
            }
        }
        return voices;
    }

    /// A voice for an adapter folder, or for a run that made one.
    public static Optional<Voice> voice(Path given) throws IOException {
        if (Files.isRegularFile(given.resolve(AdapterConfigJson.FILE_NAME))) {
            return Optional.of(new Voice(name(given), given));
        }
        return adapterOf(given).map(folder -> new Voice(name(given), folder));
    }

    /// The adapter of a run's best checkpoint, of its newest where none was judged best.
    private static Optional<Path> adapterOf(Path run) throws IOException {
        return RunResult.checkpoint(run)
                .map(Checkpoint::folder)
                .filter(folder -> Files.isRegularFile(folder.resolve(AdapterConfigJson.FILE_NAME)));
    }

    private static String name(Path folder) {
        return String.valueOf(folder.getFileName());
    }
}
