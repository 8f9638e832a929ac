package dev.gantry.lora.data.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gantry.lora.data.source.DataException;
import dev.gantry.lora.data.source.FaultKind;
import dev.gantry.lora.data.source.RowResult;
import dev.gantry.lora.data.source.SourcePosition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RowFormatTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "ALPACA ~ U:i\\nx A:o ~ {'instruction':'i','input':'x','output':'o'}",
                "ALPACA ~ S:s U:q A:a U:i A:o ~"
                        + " {'instruction':'i','input':'','output':'o','system':'s','history':[['q','a']]}",
                "ALPACA ~ U:i A:{{name}} ~ {'instruction':'i','input':null,'response':'{{name}}'}",
                "SHAREGPT ~ S:s U:h A:g ~"
                        + " {'conversations':[{'from':'human','value':'h'},{'from':'gpt','value':'g'}],'system':'s'}",
                "SHAREGPT ~ U:h A:f T:r A:g ~ {'conversations':[{'from':'human','value':'h'},"
                        + "{'from':'function_call','value':'f'},{'from':'observation','value':'r'},"
                        + "{'from':'gpt','value':'g'}]}",
                "MESSAGES ~ U:h A:g ~ {'messages':[{'role':'user','content':'h'},{'role':'model','content':'g'}]}",
                "MESSAGES ~ U:h A:g ~ {'messages':[{'from':'user','content':'h'},{'from':'assistant','content':'g'}]}",
                "MESSAGES ~ U:h A:g ~ [{'role':'user','content':'h'},{'role':'assistant','content':'g'}]",
                "MESSAGES ~ U:ab A:g ~ {'texts':[{'role':'user','content':[{'type':'text','text':'a'},"
                        + "{'type':'text','text':'b'}]},{'role':'assistant','content':'g'}]}",
                "PROMPT_COMPLETION ~ p>c ~ {'prompt':'p','completion':'c'}",
                "PROMPT_COMPLETION ~ U:p A:c ~"
                        + " {'prompt':[{'role':'user','content':'p'}],'completion':[{'role':'assistant','content':'c'}]}",
                "TEXT ~ t ~ {'text':'t','label':1}",
                "TEXT ~ t ~ 't'",
                "COLUMNS ~ U:q A:a ~ {'Question':'q','Answer':'a','Source':'s','Metadata':'m'}",
                "COLUMNS ~ U:q A:a ~ {'Questions':'q','Answers':'a'}",
                "COLUMNS ~ U:q A:a ~ {'Scenario':'q','Response':'a','id':'7'}",
                "COLUMNS ~ S:c U:q A:a ~ {'instruction':'q','context':'c','response':'a','category':'x'}",
                "INSTANCES ~ U:i A:o ~ {'instruction':'i','instances':[{'input':'','output':'o'}]}",
                "MESSAGE_TREE ~ U:q A:good ~ {'prompt':{'text':'q','role':'prompter','replies':["
                        + "{'text':'bad','role':'assistant','rank':1,'replies':[]},"
                        + "{'text':'good','role':'assistant','rank':0,'replies':[]}]}}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'prompt':'p','chosen':'c','rejected':'r'}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'prompt':[{'role':'user','content':'p'}],"
                        + "'chosen':[{'role':'assistant','content':'c'}],"
                        + "'rejected':[{'role':'assistant','content':'r'}]}",
                "PREFERENCE ~ U:i\\nx + A:c - A:r ~ {'instruction':'i','input':'x','chosen':'c','rejected':'r'}",
                "PREFERENCE ~ U:h + A:c - A:r ~ {'conversations':[{'from':'human','value':'h'}],"
                        + "'chosen':{'from':'gpt','value':'c'},'rejected':{'from':'gpt','value':'r'}}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'prompt':'p','chosen_response':'c','rejected_response':'r'}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'prompt':'p','chosen':'c','rejected_response':'r'}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'chosen':[{'role':'user','content':'p'},"
                        + "{'role':'assistant','content':'c'}],'rejected':[{'role':'user','content':'p'},"
                        + "{'role':'assistant','content':'r'}]}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'chosen':'\\n\\nHuman: p\\n\\nAssistant: c',"
                        + "'rejected':'\\n\\nHuman: p\\n\\nAssistant: r'}",
                "PREFERENCE ~ U:p + A:c - A:r ~ {'context':[{'from':'user','content':'p'}],"
                        + "'chosen':[{'from':'assistant','content':'c'}],"
                        + "'rejected':[{'from':'assistant','content':'r'}]}"
            })
    void formatAndContent_areRecognised(String format, String expected, String json) throws DataException {
        JsonNode row = JSON.readTree(json.replace('\'', '"'));
        RowFormat recognised = RowFormat.recognise("f", List.of(row));
        assertThat(recognised.format().name()).isEqualTo(format.strip());
        assertThat(Brief.of(map(recognised, row).getFirst())).isEqualTo(expected.strip());
    }

    @Test
    void aRefusalNamesTheFieldsFound_whenNothingFits() {
        JsonNode row = JSON.readTree("{\"turns\":[\"only questions\"],\"question_id\":1}");
        assertThatThrownBy(() -> RowFormat.recognise("q.jsonl", List.of(row)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("turns, question_id")
                .extracting(e -> ((DataException) e).nextStep())
                .asString()
                .contains("alpaca");
    }

    @Test
    void theUsersMapping_goesBeforeAnyGuess() throws DataException {
        JsonNode row = JSON.readTree("{\"output\":\"o\",\"input\":\"i\",\"x\":\"q\",\"y\":\"a\"}");
        var mapping = new ColumnMapping(Map.of(ColumnRole.USER, "x", ColumnRole.ASSISTANT, "y"));
        RowFormat format = RowFormat.mapped("f", mapping, List.of(row));
        assertThat(Brief.of(map(format, row).getFirst())).isEqualTo("U:q A:a");
    }

    @Test
    void theUsersMapping_isRefused_whenItNamesAColumnThatIsNotThere() {
        JsonNode row = JSON.readTree("{\"a\":\"o\"}");
        var mapping = new ColumnMapping(Map.of(ColumnRole.USER, "a", ColumnRole.ASSISTANT, "z"));
        assertThatThrownBy(() -> RowFormat.mapped("f", mapping, List.of(row))).hasMessageContaining("no column \"z\"");
        var half = new ColumnMapping(Map.of(ColumnRole.USER, "a"));
        assertThatThrownBy(() -> RowFormat.mapped("f", half, List.of(row))).hasMessageContaining("assistant");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "MISSING_FIELD ~ {'instruction':'i','input':''}",
                "WRONG_TYPE ~ {'instruction':['i'],'input':'','output':'o'}",
                "WRONG_TYPE ~ {'instruction':'i','input':'','output':'o','history':[['only one']]}",
                "MISSING_FIELD ~ {'instruction':'i','input':'','output':null}",
                "WRONG_TYPE ~ 'just a text'"
            })
    void aRowThatDoesNotFitItsFile_isAFault(String kind, String json) throws DataException {
        JsonNode first = JSON.readTree("{\"instruction\":\"i\",\"input\":\"\",\"output\":\"o\"}");
        RowFormat format = RowFormat.recognise("f", List.of(first));
        JsonNode row = JSON.readTree(json.replace('\'', '"'));
        var mapped = (RowFormat.Mapped.Faulty) format.map(new RowResult.Row(SourcePosition.row("f", 1), row));
        FaultKind expected = FaultKind.valueOf(kind.strip());
        // a bare text has no fields at all, which reads best as the missing one
        assertThat(mapped.fault().kind())
                .isEqualTo(expected == FaultKind.WRONG_TYPE && row.isString() ? FaultKind.MISSING_FIELD : expected);
    }

    @Test
    void unknownRolesAndUnwantedAnswers_areFaults() throws DataException {
        JsonNode turns = JSON.readTree("{\"messages\":[{\"role\":\"narrator\",\"content\":\"x\"}]}");
        JsonNode kto = JSON.readTree("{\"prompt\":\"p\",\"completion\":\"c\",\"label\":false}");
        assertThat(kind(turns)).isEqualTo(FaultKind.UNKNOWN_ROLE);
        assertThat(kind(kto)).isEqualTo(FaultKind.UNWANTED_ANSWER);
    }

    private static FaultKind kind(JsonNode row) throws DataException {
        RowFormat format = RowFormat.recognise("f", List.of(row));
        var mapped = (RowFormat.Mapped.Faulty) format.map(new RowResult.Row(SourcePosition.row("f", 1), row));
        return mapped.fault().kind();
    }

    private static List<Example> map(RowFormat format, JsonNode row) {
        var mapped = format.map(new RowResult.Row(SourcePosition.row("f", 1), row));
        return ((RowFormat.Mapped.Examples) mapped).examples();
    }
}
