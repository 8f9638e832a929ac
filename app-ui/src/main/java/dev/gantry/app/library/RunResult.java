package dev.gantry.app.library;

import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.lora.run.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a run left for use: its best checkpoint, the newest where none was judged best.
public final class RunResult {
    private RunResult() {}

    public static Optional<Checkpoint> checkpoint(Path run) throws IOException {
        CheckpointStore store = new CheckpointStore(run);
        Optional<Checkpoint> best = store.best();
        return best.isPresent() ? best : store.newest();
    }

    /// The folder itself when it holds an adapter, else the checkpoint of the run that it is.
    public static Path adapter(Path given) throws IOException {
        if (Files.isRegularFile(given.resolve(AdapterConfigJson.FILE_NAME))) {
            return given;
        }
        return checkpoint(given).map(Checkpoint::folder).orElse(given);
    }

    /// The model in the checkpoint when the run trained all parameters; empty when it trained an adapter.
    public static Optional<Path> wholeModel(Path run) throws IOException {
        return checkpoint(run)
                .map(found -> found.folder().resolve(Checkpoint.MODEL_FOLDER))
                .filter(Files::isDirectory);
    }
}
