package dev.gantry.lora.data.tokens;

import dev.gantry.engine.progress.Progress;
import dev.gantry.lora.data.check.DatasetScan;
import dev.gantry.lora.data.check.FaultCollector;
import dev.gantry.lora.data.source.DataException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Keeps the tokens of data files in a folder under their key or, with no folder, for one use. The folder keeps to its
/// limits: each use cleans it.
public final class TokenCache {
    private static final int NAME_CHARACTERS = 32;

    private final @Nullable Path folder;
    private final CacheLimits limits;
    private final JsonMapper json = JsonMapper.builder().build();

    /// @param folder made when it is not there; null to keep nothing
    public TokenCache(@Nullable Path folder) {
        this(folder, CacheLimits.DEFAULT);
    }

    TokenCache(@Nullable Path folder, CacheLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /// Tokens that nobody keeps.
    record Once(Path file) implements Closeable {
        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /// Opens the tokens of a job, encoding the data file when they are not there or damaged.
    ///
    /// @throws DataException when the file cannot be used as the job asks
    public StoredTokens open(EncodingJob job, Progress progress) throws IOException {
        CacheKey key = job.key();
        if (folder == null) {
            Path once = Path.of(System.getProperty("java.io.tmpdir"), "gantry-" + UUID.randomUUID() + ".tokens");
            return make(once, key, job, progress, CacheUse.MADE, new Once(once));
        }
        Path path = folder.resolve(key.hex().substring(0, NAME_CHARACTERS) + ".tokens");
        CacheLease lease = CacheLease.on(path);
        try {
            StoredTokens tokens = openOrMake(path, key, job, progress, lease);
            clean(path, folder);
            return tokens;
        } catch (IOException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private StoredTokens openOrMake(Path path, CacheKey key, EncodingJob job, Progress progress, CacheLease lease)
            throws IOException {
        if (!Files.exists(path)) {
            return make(path, key, job, progress, CacheUse.MADE, lease);
        }
        try {
            return stored(TokenFile.open(path, key), CacheUse.REUSED, lease);
        } catch (DataException _) {
            // a damaged cache costs time and nothing else; the summary says that it happened
            Files.delete(path);
            return make(path, key, job, progress, CacheUse.REBUILT, lease);
        }
    }

    private void clean(Path used, Path from) {
        Instant now = Instant.now();
        try {
            Files.setLastModifiedTime(used, FileTime.from(now));
            new CacheCleaning(from, limits).run(now);
        } catch (IOException _) {
            // the tokens are there, and the next use cleans again
        }
    }

    private StoredTokens make(
            Path path, CacheKey key, EncodingJob job, Progress progress, CacheUse use, Closeable afterUse)
            throws IOException {
        try (TokenFileWriter writer = new TokenFileWriter(path, key)) {
            FaultCollector faults = new FaultCollector(job.listedFaults());
            DatasetScan scan = DatasetScan.of(job.source(), job.mapping(), faults);
            ExampleEncoder encoder = new ExampleEncoder(job.target(), job.trainOn(), job.promptStyle());
            EncodingPass pass = new EncodingPass(scan, faults, job.faultPolicy(), encoder);
            EncodedScan found = pass.run(job.fileName(), writer, progress);
            writer.finish(json.writeValueAsString(found));
        }
        return stored(TokenFile.open(path, key), use, afterUse);
    }

    private StoredTokens stored(TokenFile file, CacheUse use, Closeable afterUse) {
        try {
            return new StoredTokens(file, json.readValue(file.summary(), EncodedScan.class), use, afterUse);
        } catch (JacksonException e) {
            file.close();
            String why = "its summary is of another version of this program";
            throw new DataException("DATA-CACHE", "cannot use cached tokens", why, "Delete the cache folder.", e);
        }
    }
}
