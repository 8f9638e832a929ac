package dev.gantry.lora.train;

import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.run.Checkpoint;
import dev.gantry.zoo.export.ExportSource;
import dev.gantry.zoo.export.ModelCard;
import dev.gantry.zoo.export.ModelExporter;
import dev.gantry.zoo.model.LoadedModel;
import dev.gantry.zoo.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A full run's checkpoint: a model folder with f32 weights, complete with tokenizer, in `model/`.
record ModelFiles(BaseModel base, FullTrainee trainee, Backend backend) implements CheckpointFiles {
    @Override
    public void write(Path folder) throws IOException {
        ModelCard card = new ModelCard(
                "Checkpoint of a training run",
                "",
                "",
                List.of("gantry"),
                "A model in the middle of its training, in the precision it is trained in.");
        ExportSource source = ExportSource.fresh(base.family(), base.config(), trainee.masters(), base.folder(), card);
        new ModelExporter(Progress.silent()).export(source, folder.resolve(Checkpoint.MODEL_FOLDER));
    }

    @Override
    public void read(Path folder) throws IOException {
        try (LoadedModel saved =
                ModelFolder.open(folder.resolve(Checkpoint.MODEL_FOLDER)).load()) {
            trainee.masters()
                    .parameters()
                    .forEach((id, master) ->
                            backend.elements().copy(saved.model().parameter(id).matrix(), master.matrix()));
            backend.synchronize();
        }
    }
}
