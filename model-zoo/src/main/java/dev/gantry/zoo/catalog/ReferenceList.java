package dev.gantry.zoo.catalog;

import dev.gantry.zoo.checkpoint.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// The paths the user gave, as a plain JSON file beside the database: the one thing that no folder scan could find
/// again.
final class ReferenceList {
    /// What is in the file.
    record References(List<ModelEntry> models, List<AdapterEntry> adapters, List<DatasetEntry> datasets) {}

    private static final System.Logger LOG = System.getLogger(ReferenceList.class.getName());

    private final Path file;
    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(plainPaths())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    ReferenceList(Path folder) {
        this.file = folder.resolve("references.json");
    }

    /// Writes what the tables hold; a crash leaves the old file or the new one.
    void save(Sql sql) throws SQLException {
        var references = new References(
                sql.query(EntryMapping.MODELS.selectSql(), EntryMapping.MODELS.reader()),
                sql.query(EntryMapping.ADAPTERS.selectSql(), EntryMapping.ADAPTERS.reader()),
                sql.query(EntryMapping.DATASETS.selectSql(), EntryMapping.DATASETS.reader()));
        try {
            DurableFile.write(file, mapper.writeValueAsBytes(references));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The last saved references; none when there is no readable file.
    References load() throws IOException {
        var none = new References(List.of(), List.of(), List.of());
        if (!Files.exists(file)) {
            return none;
        }
        try {
            return mapper.readValue(Files.readAllBytes(file), References.class);
        } catch (JacksonException e) {
            Path aside = file.resolveSibling("references-damaged.json");
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.log(System.Logger.Level.WARNING, "the list of imported models was damaged and lies in " + aside, e);
            return none;
        }
    }

    /// Paths as the plain text a person would type, where the library writes file: URIs.
    private static SimpleModule plainPaths() {
        return new SimpleModule()
                .addSerializer(Path.class, new ValueSerializer<Path>() {
                    @Override
                    public void serialize(Path path, JsonGenerator json, SerializationContext context) {
                        json.writeString(path.toString());
                    }
                })
                .addDeserializer(Path.class, new ValueDeserializer<Path>() {
                    @Override
                    public Path deserialize(JsonParser json, DeserializationContext context) {
                        return Path.of(json.getString());
                    }
                });
    }
}
