// Reads BPMN files with bpmn-moddle (the reader of bpmn.io and the Camunda Modeler); prints JSON: a file → what it found.
import { readFileSync } from "node:fs";
import { BpmnModdle } from "./vendor/bpmn-moddle.mjs";

const found = {};
for (const file of process.argv.slice(2)) {
  const { rootElement, elementsById, warnings } = await new BpmnModdle().fromXML(readFileSync(file, "utf8"));
  const process_ = rootElement.rootElements.find((one) => one.$type === "bpmn:Process");
  found[file] = {
    warnings: warnings.map((one) => one.message),
    tasks: Object.values(elementsById).filter((one) => one.$type === "bpmn:UserTask").map((one) => one.name),
    lanes: process_.laneSets[0].lanes.map((lane) => [lane.name, lane.flowNodeRef.length]),
    plane: rootElement.diagrams[0].plane.planeElement.every((one) => one.bpmnElement && one.bpmnElement.$type),
  };
}
console.log(JSON.stringify(found));
