package dev.gantry.lora.export;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.export.ExportReceipt.ExportedFile;
import dev.gantry.zoo.model.FileDigest;
import dev.gantry.zoo.safetensors.SafetensorsFile;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Writes an adapter as a PEFT folder that others can load: settings, tensors, tokenizer and chat template.
public final class AdapterExport {
    /// @param target a folder that does not exist yet
    public ExportReceipt write(TunedModel tuned, Path target) throws IOException {
        Path folder = target.toAbsolutePath().normalize();
        if (Files.exists(folder)) {
            throw GantryException.usage(
                    "EXPORT-TARGET-EXISTS",
                    "cannot export to " + folder,
                    "there is something of that name already",
                    "Give a folder that does not exist yet.");
        }
        Files.createDirectories(folder.resolveSibling("."));
        Path partial = DurableFiles.temporary(folder);
        Files.createDirectory(partial);
        for (String name : List.of(AdapterConfigJson.FILE_NAME, PeftFolder.TENSORS_FILE)) {
            Files.copy(tuned.adapter().resolve(name), partial.resolve(name));
        }
        TokenizerFiles tokenizer = new TokenizerFiles(tuned.base().path());
        tokenizer.copyTo(partial, tuned.template());
        DurableFiles.publishFolder(partial, folder);
        return new ExportReceipt(folder, files(folder), tensorsIn(tuned));
    }

    private static int tensorsIn(TunedModel tuned) {
        try (var file = SafetensorsFile.open(tuned.adapter().resolve(PeftFolder.TENSORS_FILE))) {
            return file.tensors().size();
        }
    }

    private static List<ExportedFile> files(Path folder) throws IOException {
        List<ExportedFile> files = new ArrayList<>();
        try (Stream<Path> listing = Files.list(folder)) {
            for (Path file : listing.sorted().toList()) {
                String name = file.getFileName().toString();
                files.add(new ExportedFile(name, Files.size(file), FileDigest.sha256(file, Progress.silent())));
            }
        }
        return files;
    }
}
