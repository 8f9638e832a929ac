package dev.gantry.zoo.export;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.progress.Progress;
import dev.gantry.engine.tensor.MemoryAccount;
import dev.gantry.zoo.checkpoint.DurableFile;
import dev.gantry.zoo.export.ExportReceipt.ExportedFile;
import dev.gantry.zoo.model.FileDigest;
import dev.gantry.zoo.model.ModelFolder;
import dev.gantry.zoo.safetensors.SafetensorsWriter.Written;
import dev.gantry.zoo.safetensors.ShardedWriter;
import dev.gantry.zoo.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Writes a model as a folder in Hugging Face's layout: complete, or not at all.
public final class ModelExporter {
    /// Room for the small files, and so that an export does not fill the disk to the last byte.
    private static final long SPARE_BYTES = 64L << 20;

    private final Progress progress;
    private final ShardedWriter writer;
    private final MemoryAccount account;

    public ModelExporter(Progress progress) {
        this(progress, MemoryAccount.unlimited("host"));
    }

    /// @param account where tensors that are made for the export lie
    public ModelExporter(Progress progress, MemoryAccount account) {
        this(progress, account, new ShardedWriter(ShardedWriter.MAX_SHARD_BYTES));
    }

    public ModelExporter(Progress progress, MemoryAccount account, ShardedWriter writer) {
        this.progress = progress;
        this.account = account;
        this.writer = writer;
    }

    /// Writes `source` to `target`, a folder that does not exist yet.
    ///
    /// Memory beside the model's: some rows of one tensor, no more of them than the account has room for, and what
    /// `source.changes()` takes for itself.
    ///
    /// @throws GantryException when `target` exists or the disk has no room
    public ExportReceipt export(ExportSource source, Path target) throws IOException {
        Path folder = target.toAbsolutePath().normalize();
        Path parent = folder.getParent();
        if (parent == null || Files.exists(folder)) {
            throw GantryException.usage(
                    "EXPORT-TARGET-EXISTS",
                    "cannot export to " + folder,
                    "there is something of that name already",
                    "Give a folder that does not exist yet.");
        }
        Files.createDirectories(parent);
        Path partial = folder.resolveSibling("." + folder.getFileName() + ".exporting");
        delete(partial);
        boolean complete = false;
        try (ExportedTensors tensors = new ExportedTensors(source, progress, account)) {
            requireSpace(parent, tensors.bytes());
            Files.createDirectory(partial);
            ExportReceipt receipt = write(source, tensors, partial, folder);
            ModelFolder.open(partial); // what does not open again must not be called exported
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            DurableFile.forceFolder(parent);
            complete = true;
            return receipt;
        } finally {
            if (!complete) {
                delete(partial);
            }
        }
    }

    private ExportReceipt write(ExportSource source, ExportedTensors tensors, Path partial, Path folder)
            throws IOException {
        List<Written> written = writer.write(partial, tensors.infos(), tensors);
        var config = ExportedConfig.of(source.family(), source.config(), tensors.dominantType());
        Companions.writeJson(partial.resolve("config.json"), config);
        if (source.companions() != null) {
            Companions.copy(source.companions(), partial);
        }
        if (source.chatTemplate() != null) {
            new TokenizerFiles(partial).writeTemplate(source.chatTemplate());
        }
        DurableFile.write(partial.resolve("README.md"), source.card().markdown());
        return new ExportReceipt(folder, files(partial, written), tensors.changed());
    }

    private static List<ExportedFile> files(Path partial, List<Written> written) throws IOException {
        Map<Path, String> known = new HashMap<>();
        written.forEach(w -> known.put(w.file(), w.sha256()));
        List<ExportedFile> files = new ArrayList<>();
        for (Path file : listing(partial)) {
            String sha256 = known.get(file);
            files.add(new ExportedFile(
                    file.getFileName().toString(),
                    Files.size(file),
                    sha256 != null ? sha256 : FileDigest.sha256(file, Progress.silent())));
        }
        return files;
    }

    private static void requireSpace(Path parent, long bytes) throws IOException {
        long free = Files.getFileStore(parent).getUsableSpace();
        if (free < bytes + SPARE_BYTES) {
            throw GantryException.environment(
                    "DISK-FULL",
                    "cannot export to " + parent,
                    "the model takes %,d bytes and only %,d are free there".formatted(bytes, free),
                    "Make room, choose another disk, or export in BF16.");
        }
    }

    /// Removes an export that did not finish; it holds nothing but files that an export wrote.
    private static void delete(Path partial) throws IOException {
        if (Files.isDirectory(partial)) {
            for (Path file : listing(partial)) {
                Files.delete(file);
            }
            Files.delete(partial);
        }
    }

    private static List<Path> listing(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
