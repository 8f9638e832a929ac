package dev.gantry.lora.data.tokens;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.check.DatasetScan;
import dev.gantry.lora.data.check.FaultCollector;
import dev.gantry.lora.data.source.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps the tokens of data files in a folder under their key or, with no folder, for one use.
public final class TokenCache {
    private static final int NAME_CHARACTERS = 32;

    private final @Nullable Path folder;
    private final JsonMapper json = JsonMapper.builder().build();

    /// @param folder made when it is not there; null to keep nothing
    public TokenCache(@Nullable Path folder) {
        this.folder = folder;
    }

    /// Opens the tokens of a job, encoding the data file when they are not there or damaged.
    ///
    /// @throws DataException when the file cannot be used as the job asks
    public StoredTokens open(EncodingJob job, Progress progress) throws IOException {
        CacheKey key = job.key();
        if (folder == null) {
            Path once = Path.of(System.getProperty("java.io.tmpdir"), "gantry-" + UUID.randomUUID() + ".tokens");
            return make(once, key, job, progress, CacheUse.MADE, once);
        }
        Path path = folder.resolve(key.hex().substring(0, NAME_CHARACTERS) + ".tokens");
        if (!Files.exists(path)) {
            return make(path, key, job, progress, CacheUse.MADE, null);
        }
        try {
            return stored(TokenFile.open(path, key), CacheUse.REUSED, null);
        } catch (DataException _) {
            // a damaged cache costs time and nothing else; the summary says that it happened
            Files.delete(path);
            return make(path, key, job, progress, CacheUse.REBUILT, null);
        }
    }

    private StoredTokens make(
            Path path, CacheKey key, EncodingJob job, Progress progress, CacheUse use, @Nullable Path deleteOnClose)
            throws IOException {
        try (TokenFileWriter writer = new TokenFileWriter(path, key)) {
            FaultCollector faults = new FaultCollector(job.listedFaults());
            DatasetScan scan = DatasetScan.of(job.source(), job.mapping(), faults);
            ExampleEncoder encoder = new ExampleEncoder(job.target(), job.trainOn(), job.promptStyle());
            EncodingPass pass = new EncodingPass(scan, faults, job.faultPolicy(), encoder);
            EncodedScan found = pass.run(job.fileName(), writer, progress);
            writer.finish(json.writeValueAsString(found));
        }
        return stored(TokenFile.open(path, key), use, deleteOnClose);
    }

    private StoredTokens stored(TokenFile file, CacheUse use, @Nullable Path deleteOnClose) {
        try {
            return new StoredTokens(file, json.readValue(file.summary(), EncodedScan.class), use, deleteOnClose);
        } catch (JacksonException e) {
            file.close();
            String why = "its summary is of another version of this program";
            throw new DataException("DATA-CACHE", "cannot use cached tokens", why, "Delete the cache folder.", e);
        }
    }
}
