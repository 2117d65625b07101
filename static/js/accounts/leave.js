import { openDatabase, transact } from "../lib/database.js";

/**
 * Lets signing out clear this browser's storage, when nothing in it is still needed.
 *
 * The form then says `storage=empty`, and the server's answer clears what is left. Machines
 * of a room are shared: what somebody's attempt still has to send must stay, whoever signs
 * out, and only this machine knows of it.
 */
export async function start(form) {
  if (await isEmpty()) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "storage";
    field.value = "empty";
    form.append(field);
  }
}

async function isEmpty() {
  try {
    const database = await openDatabase();
    const counting = [];
    const stores = ["answers", "packets"];
    await transact(database, stores, "readonly", (open) => {
      stores.forEach((name) => counting.push(open(name).count()));
    });
    database.close();
    return counting.every((one) => one.result === 0);
  } catch (error) {
    return false; // it cannot be looked into: better to leave it alone
  }
}
