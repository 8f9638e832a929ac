package dev.gantry.lora.export;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.backend.Backend;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.lora.adapter.Adapter;
import dev.gantry.lora.adapter.AdapterCheck;
import dev.gantry.lora.adapter.AdapterConfigJson;
import dev.gantry.lora.adapter.PeftFolder;
import dev.gantry.lora.run.DurableFiles;
import dev.gantry.zoo.export.ExportReceipt;
import dev.gantry.zoo.export.ExportReceipt.ExportedFile;
import dev.gantry.zoo.model.FileDigest;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Writes an adapter as a PEFT folder that others can load: settings, tensors, tokenizer and chat template.
public final class AdapterExport {
    private final Backend backend;
    private final MemoryAccount account;

    public AdapterExport(Backend backend) {
        this(backend, backend.unlimited());
    }

    /// @param account where the adapter lies
    public AdapterExport(Backend backend, MemoryAccount account) {
        this.backend = backend;
        this.account = account;
    }

    /// @param target a folder that does not exist yet
    /// @throws GantryException when the adapter does not fit its base, or changes nothing
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
        DurableFiles.deleteFolder(partial); // what a killed export left
        boolean complete = false;
        try {
            Files.createDirectory(partial);
            int tensors = writeAdapter(tuned, partial);
            new TokenizerFiles(tuned.base().path()).copyTo(partial, tuned.template());
            DurableFiles.publishFolder(partial, folder);
            complete = true;
            return new ExportReceipt(folder, files(folder), tensors);
        } finally {
            if (!complete) {
                DurableFiles.deleteFolder(partial);
            }
        }
    }

    /// Reads and writes the adapter instead of copying its files: what is damaged or from another model is found here.
    private int writeAdapter(TunedModel tuned, Path folder) throws IOException {
        var spec = tuned.base().spec();
        String baseModel = AdapterConfigJson.read(tuned.adapter()).baseModel();
        try (Adapter adapter =
                PeftFolder.read(tuned.adapter(), spec, tuned.base().family()::modulePath, backend, account)) {
            AdapterCheck.requireTrained(adapter);
            PeftFolder.write(folder, adapter, spec, baseModel);
            return adapter.tensors().size();
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
